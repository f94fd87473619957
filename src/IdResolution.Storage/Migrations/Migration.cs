using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Storage.Migrations;

/// <summary>One number of a dialect's sequence: a <see cref="Script"/>, or a <see cref="NumberedStep"/>.</summary>
/// <param name="Version">Its place, 1 and up.</param>
/// <param name="Name">What the history of a database calls it.</param>
/// <param name="Checksum">Tells it from another of the same number.</param>
internal abstract record Migration(int Version, string Name, string Checksum)
{
    protected static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
