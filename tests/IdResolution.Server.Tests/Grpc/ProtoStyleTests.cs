using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>
/// The house rules of <c>protos/idresolution</c>, and that what was once given out keeps its numbers.
/// </summary>
[TestFixture]
public sealed partial class ProtoStyleTests
{
    private static readonly string s_lock = RepositoryFolder.PathOf("protos", "idresolution", "v1.lock");

    private static readonly FileDescriptor[] s_files =
    [
        V1.RecordReflection.Descriptor,
        V1.TemplateReflection.Descriptor,
        V1.RegistryReflection.Descriptor,
        V1.ResolverReflection.Descriptor,
        V1.LabelsReflection.Descriptor,
        V1.EventReflection.Descriptor,
        V1.TraceabilityReflection.Descriptor,
        V1.WarehouseReflection.Descriptor,
        V1.EquipmentReflection.Descriptor,
        V1.PartnersReflection.Descriptor,
    ];

    [Test]
    public void Files_AreAllRead() =>
        Assert.That(
            Sources().Select(file => Path.GetRelativePath(RepositoryFolder.PathOf("protos"), file)),
            Is.EquivalentTo(s_files.Select(f => f.Name))
        );

    [Test]
    public void Package_IsTheFolder() =>
        Assert.Multiple(() =>
        {
            foreach (var file in s_files)
            {
                Assert.That(file.Package, Is.EqualTo(Path.GetDirectoryName(file.Name)!.Replace('/', '.')), file.Name);
            }
        });

    [Test]
    public void Declarations_HaveACommentDirectlyAbove() =>
        Assert.Multiple(() =>
        {
            foreach (var source in Sources())
            {
                var lines = File.ReadAllLines(source);
                for (var i = 0; i < lines.Length; i++)
                {
                    if (Declaration().IsMatch(lines[i]))
                    {
                        Assert.That(
                            i > 0 && lines[i - 1].TrimStart().StartsWith("//", StringComparison.Ordinal),
                            $"{Path.GetFileName(source)}:{i + 1}: {lines[i].Trim()}"
                        );
                    }
                }
            }
        });

    [Test]
    public void Declarations_AreAllSeenByTheCommentRule()
    {
        // The rule above would hold for nothing: it must see each thing that the descriptors name.
        var seen = Sources().SelectMany(File.ReadAllLines).Count(line => Declaration().IsMatch(line));
        var messages = s_files.SelectMany(f => f.MessageTypes).SelectMany(WithNested).ToList();
        var enums = Enums().ToList();
        var named =
            messages.Count
            + messages.Sum(m => m.Fields.InDeclarationOrder().Count + m.RealOneofCount)
            + enums.Count
            + enums.Sum(e => e.Values.Count)
            + s_files.SelectMany(f => f.Services).Sum(s => 1 + s.Methods.Count);

        Assert.That(seen, Is.EqualTo(named));
    }

    [Test]
    public void SingularFields_OutsideOfOneofs_TellWhetherTheyAreSet() =>
        Assert.That(
            Fields().Where(f => !f.IsRepeated && !f.HasPresence).Select(f => f.FullName),
            Is.Empty,
            "Write optional."
        );

    [Test]
    public void Names_AreWrittenAsTheStyleGuideSays() =>
        Assert.Multiple(() =>
        {
            foreach (var field in Fields())
            {
                Assert.That(field.Name, Does.Match("^[a-z][a-z0-9]*(_[a-z0-9]+)*$"), field.FullName);
            }
            foreach (var message in s_files.SelectMany(f => f.MessageTypes).SelectMany(WithNested))
            {
                Assert.That(message.Name, Does.Match("^([A-Z][a-z0-9]+)+$"), message.FullName);
            }
            foreach (var type in Enums())
            {
                var prefix = InnerCapital().Replace(type.Name, "_").ToUpperInvariant() + "_";
                Assert.That(
                    type.Values.Select(v => v.Name),
                    Has.All.Match($"^{prefix}[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$"),
                    type.FullName
                );
                Assert.That(
                    (type.Values[0].Name, type.Values[0].Number),
                    Is.EqualTo((prefix + "UNSPECIFIED", 0)),
                    type.FullName
                );
            }
        });

    [Test]
    public void Numbers_AreNeverChangedOrGivenAgain()
    {
        var held = File.ReadAllLines(s_lock).Where(line => line.Length > 0 && line[0] != '#').ToHashSet();
        var found = Entries().ToHashSet();

        var gone = held.Except(found).Where(line => !IsReserved(line)).Order().ToList();
        var fresh = found.Except(held).Order().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(
                gone,
                Is.Empty,
                "A number that was given out was changed, or removed without being reserved. Put it back, or write "
                    + "in its message: reserved NUMBER; reserved \"NAME\";"
            );
            Assert.That(
                fresh,
                Is.Empty,
                $"New fields and values go to the end of {Path.GetFileName(s_lock)}, one line each as printed "
                    + "here; lines are never changed or taken out."
            );
        });
    }

    [Test]
    [Category(Lane.Documents)]
    public void GoogleRpc_IsThatOfTheLibrary()
    {
        // Not within what is asserted together: there a test cannot be skipped.
        RequireProtoc();
        Assert.Multiple(() =>
        {
            // What clients generate from our files is what the server writes with the library's types.
            foreach (
                var theirs in new[]
                {
                    Google.Rpc.StatusReflection.Descriptor,
                    Google.Rpc.ErrorDetailsReflection.Descriptor,
                }
            )
            {
                Assert.That(Compiled(theirs.Name), Is.EqualTo(theirs.ToProto()), theirs.Name);
            }
        });
    }

    private static void RequireProtoc()
    {
        if (!Tool.Exists("protoc"))
        {
            const string missing = "protoc is missing (package protobuf-compiler).";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(missing);
            }
            Assert.Ignore(missing);
        }
    }

    private static FileDescriptorProto Compiled(string file)
    {
        using var folder = new TemporaryDirectory();
        var (exitCode, _, errors) = Tool.Run(
            "protoc",
            $"--proto_path={RepositoryFolder.PathOf("protos")}",
            $"--descriptor_set_out={folder.File("set")}",
            file
        );
        Assert.That(exitCode, Is.Zero, errors);
        var compiled = FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(folder.File("set"))).File.Single();
        // The library's code does not hold the names in JSON, which follow from the others.
        foreach (var field in compiled.MessageType.SelectMany(AllFields))
        {
            field.ClearJsonName();
        }
        return compiled;
    }

    private static IEnumerable<FieldDescriptorProto> AllFields(DescriptorProto message) =>
        message.Field.Concat(message.NestedType.SelectMany(AllFields));

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(
            RepositoryFolder.PathOf("protos", "idresolution"),
            "*.proto",
            SearchOption.AllDirectories
        );

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) =>
        message.NestedTypes.SelectMany(WithNested).Prepend(message);

    private static IEnumerable<FieldDescriptor> Fields() =>
        s_files.SelectMany(f => f.MessageTypes).SelectMany(WithNested).SelectMany(m => m.Fields.InFieldNumberOrder());

    private static IEnumerable<EnumDescriptor> Enums() =>
        s_files.SelectMany(f => f.EnumTypes.Concat(f.MessageTypes.SelectMany(WithNested).SelectMany(m => m.EnumTypes)));

    /// <summary>Every number given out: <c>Message.field number type</c> and <c>Enum.VALUE number</c>.</summary>
    private static IEnumerable<string> Entries() =>
        Fields()
            .Select(f => $"{f.FullName} {f.FieldNumber} {(f.IsRepeated ? "repeated " : "")}{TypeOf(f)}")
            .Concat(Enums().SelectMany(e => e.Values.Select(v => $"{e.FullName}.{v.Name} {v.Number} value")));

    private static string TypeOf(FieldDescriptor field) =>
        field.FieldType switch
        {
            FieldType.Message => field.MessageType.FullName,
            FieldType.Enum => field.EnumType.FullName,
            var scalar => scalar.ToString().ToLowerInvariant(),
        };

    /// <summary>
    /// True where the message or enumeration of a line reserves its number and its name, which keeps it from being
    /// given again.
    /// </summary>
    private static bool IsReserved(string line)
    {
        var (path, number) = (line.Split(' ')[0], int.Parse(line.Split(' ')[1]));
        var (owner, name) = (path[..path.LastIndexOf('.')], path[(path.LastIndexOf('.') + 1)..]);
        if (
            s_files.SelectMany(f => f.MessageTypes).SelectMany(WithNested).FirstOrDefault(m => m.FullName == owner) is
            { } message
        )
        {
            var proto = message.ToProto();
            // The end of a message's range is exclusive.
            return proto.ReservedRange.Any(r => number >= r.Start && number < r.End)
                && proto.ReservedName.Contains(name);
        }
        return Enums().FirstOrDefault(e => e.FullName == owner)?.ToProto() is { } type
            && type.ReservedRange.Any(r => number >= r.Start && number <= r.End)
            && type.ReservedName.Contains(name);
    }

    // A field, value, oneof, message, enum, service or rpc; not the braces and options around them.
    [GeneratedRegex(
        @"^\s*((message|enum|service|oneof|rpc)\s|(optional\s+|repeated\s+)?[\w.<>, ]+\s+\w+\s*=\s*\d+\s*;|[A-Z][A-Z0-9_]*\s*=\s*\d+\s*;)"
    )]
    private static partial Regex Declaration();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex InnerCapital();
}
