using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;

namespace IdResolution.StandIns.Tests;

/// <summary>Whatever a library refers to in the packages is in their stand-ins: it finds it by name and signature at run time.</summary>
[TestFixture("Grpc.AspNetCore.Server", new[] { "Grpc.Core.Api", "Grpc.Net.Common" }, 25, 60)]
[TestFixture("Microsoft.Data.SqlClient", new[] { "Microsoft.SqlServer.Server" }, 4, 9)]
public sealed class LibraryReferenceTests(string library, string[] standIns, int fewestTypes, int fewestMembers)
{
    private readonly Module _module = Assembly.Load(library).ManifestModule;

    // Where it was loaded from: a library may have one build for each kind of system.
    private readonly PEReader _file = new(File.OpenRead(Assembly.Load(library).Location));

    private MetadataReader Reader => _file.GetMetadataReader();

    [OneTimeTearDown]
    public void Close() => _file.Dispose();

    [Test]
    public void Assemblies_Referred_HaveTheVersionAskedFor()
    {
        var referred = Assembly.Load(library).GetReferencedAssemblies().Where(name => standIns.Contains(name.Name)).ToArray();

        Assert.That(referred.Select(name => name.Name), Is.EquivalentTo(standIns));
        Assert.Multiple(() =>
        {
            foreach (var name in referred)
            {
                Assert.That(Assembly.Load(name.Name!).GetName().Version, Is.EqualTo(name.Version), name.Name);
            }
        });
    }

    [Test]
    public void Types_Referred_AreThere()
    {
        var types = Reader.TypeReferences.Where(IsOfAStandIn).ToArray();
        var missing = types.Where(handle => !Resolves(() => _module.ResolveType(Token(handle)))).Select(NameOf);

        Assert.That(types, Has.Length.AtLeast(fewestTypes));
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Members_Referred_AreThereAndAccessible()
    {
        var members = Reader.MemberReferences.Where(handle => IsOfAStandIn(Reader.GetMemberReference(handle).Parent)).ToArray();
        var missing = members.Where(handle => !IsAccessible(handle)).Select(handle => Reader.GetMemberReference(handle))
            .Select(member => $"{NameOf(member.Parent)}.{Reader.GetString(member.Name)}");

        Assert.That(members, Has.Length.AtLeast(fewestMembers));
        Assert.That(missing, Is.Empty);
    }

    // Overrides and implementations are no references; a type whose base or interface does not fit fails to load.
    [Test]
    public void Types_OfTheLibrary_Load() => Assert.That(Assembly.Load(library).GetTypes(), Has.Length.GreaterThan(50));

    private static int Token(EntityHandle handle) => System.Reflection.Metadata.Ecma335.MetadataTokens.GetToken(handle);

    private static bool Resolves(Func<object?> resolve)
    {
        try
        {
            return resolve() is not null;
        }
        catch (Exception error) when (error is TypeLoadException or MissingMemberException or FileNotFoundException)
        {
            return false;
        }
    }

    private bool IsAccessible(MemberReferenceHandle handle)
    {
        // The members' own generic parameters, and those of their types, take any reference type here.
        var arguments = Enumerable.Repeat(typeof(object), 8).ToArray();
        return Resolves(() => _module.ResolveMember(Token(handle), arguments, arguments) switch
        {
            MethodBase method when IsVisible(method) => method,
            FieldInfo { IsPublic: true } field => field,
            _ => null,
        });
    }

    private bool IsVisible(MethodBase method)
        => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly || (method.IsAssembly && IsFriend(method.Module.Assembly));

    private bool IsFriend(Assembly assembly)
        => assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Any(friend => new AssemblyName(friend.AssemblyName).Name == library);

    private bool IsOfAStandIn(TypeReferenceHandle handle) => Reader.GetTypeReference(handle).ResolutionScope switch
    {
        { Kind: HandleKind.AssemblyReference } scope
            => standIns.Contains(Reader.GetString(Reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)),
        { Kind: HandleKind.TypeReference } scope => IsOfAStandIn((TypeReferenceHandle)scope),
        _ => false,
    };

    private bool IsOfAStandIn(EntityHandle parent) => parent.Kind switch
    {
        HandleKind.TypeReference => IsOfAStandIn((TypeReferenceHandle)parent),
        HandleKind.TypeSpecification => GenericTypeOf(parent) is { IsNil: false } type && IsOfAStandIn(type),
        _ => false,
    };

    /// <summary>The type that a specification instantiates, where it is a reference (ECMA-335 II.23.2.14).</summary>
    private TypeReferenceHandle GenericTypeOf(EntityHandle handle)
    {
        var signature = Reader.GetBlobReader(Reader.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return default;
        }

        signature.ReadByte();
        var type = signature.ReadTypeHandle();
        return type.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)type : default;
    }

    private string NameOf(TypeReferenceHandle handle) => NameOf((EntityHandle)handle);

    private string NameOf(EntityHandle handle)
    {
        var type = Reader.GetTypeReference(handle.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)handle : GenericTypeOf(handle));
        return $"{Reader.GetString(type.Namespace)}.{Reader.GetString(type.Name)}";
    }
}
