using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Storage.Migrations;

/// <summary>One numbered migration of a dialect: a <see cref="Script"/> or a <see cref="NumberedStep"/>.</summary>
/// <param name="Version">The number, 1 and up without gaps.</param>
/// <param name="Name">The name in the database's history of migrations.</param>
/// <param name="Checksum">Distinguishes the migration from another one with the same number.</param>
internal abstract record Migration(int Version, string Name, string Checksum)
{
    protected static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
