using System.Security.Cryptography;
using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Tests.ChangeLog;

[TestFixture]
public sealed class LogTreeTests
{
    /// <summary>
    /// The test vectors of the certificate transparency project: eight inputs, and the root after each.
    /// </summary>
    private static readonly (string Input, string Root)[] s_known =
    [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ];

    [Test]
    public void Root_OfNothing_IsTheHashOfNothing() =>
        Assert.That(new LogTree().Root(), Is.EqualTo(SHA256.HashData([])));

    [Test]
    public void Root_AfterEachLeaf_IsAsOthersComputeIt()
    {
        var tree = new LogTree();
        foreach (var (input, root) in s_known)
        {
            tree.Add(LogBody.Leaf(Convert.FromHexString(input)));

            Assert.That(Convert.ToHexStringLower(tree.Root()), Is.EqualTo(root));
        }
        Assert.That(tree.Size, Is.EqualTo(8));
    }

    [Test]
    public void Parse_OfItsText_GoesOnAsTheTreeWould()
    {
        var tree = new LogTree();
        for (var i = 0; i < 100; i++)
        {
            tree.Add(SHA256.HashData([(byte)i]));
            var read = LogTree.Parse(tree.ToString());
            Assert.That(
                (read.Size, Convert.ToHexString(read.Root())),
                Is.EqualTo((i + 1, Convert.ToHexString(tree.Root())))
            );
            read.Add(new byte[32]);
            Assert.That(read.Size, Is.EqualTo(i + 2));
        }
    }

    [TestCase("")]
    [TestCase("3:00")]
    [TestCase("x:00")]
    [TestCase("1:zz")]
    public void Parse_AnythingElse_Throws(string text) =>
        Assert.That(() => LogTree.Parse(text), Throws.TypeOf<FormatException>());
}
