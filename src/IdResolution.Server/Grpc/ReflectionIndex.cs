using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace IdResolution.Server.Grpc;

/// <summary>Answers questions of server reflection (grpc/reflection/v1) from the descriptors of the services served.</summary>
internal static class ReflectionIndex
{
    private static readonly FileDescriptor[] Roots =
    [
        V1.RegistryReflection.Descriptor, V1.ResolverReflection.Descriptor, V1.LabelsReflection.Descriptor, global::Google.Rpc.ErrorDetailsReflection.Descriptor,
        global::Grpc.Health.V1.HealthReflection.Descriptor, ReflectionReflection.Descriptor, global::Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor,
    ];

    private static readonly FrozenDictionary<string, FileDescriptor> Files = All(Roots).ToFrozenDictionary(f => f.Name);

    private static readonly FrozenDictionary<string, FileDescriptor> Symbols = Files.Values
        .SelectMany(file => SymbolsOf(file).Select(symbol => KeyValuePair.Create(symbol, file)))
        .ToFrozenDictionary();

    private static readonly FrozenSet<string> Messages = Files.Values.SelectMany(f => f.MessageTypes).SelectMany(WithNested).Select(m => m.FullName).ToFrozenSet();

    /// <summary>The full names of all services.</summary>
    public static FrozenSet<string> Services { get; } = Roots.SelectMany(f => f.Services).Select(s => s.FullName).ToFrozenSet();

    /// <summary>The answer to a question.</summary>
    public static ServerReflectionResponse Answer(ServerReflectionRequest question)
    {
        var answer = new ServerReflectionResponse { ValidHost = question.Host, OriginalRequest = question };
        switch (question.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                answer.ListServicesResponse = new ListServiceResponse();
                answer.ListServicesResponse.Service.AddRange(Services.Order(StringComparer.Ordinal).Select(name => new ServiceResponse { Name = name }));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename when Files.TryGetValue(question.FileByFilename, out var file):
                answer.FileDescriptorResponse = WithImports(file);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol when Symbols.TryGetValue(question.FileContainingSymbol, out var file):
                answer.FileDescriptorResponse = WithImports(file);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType when Messages.Contains(question.AllExtensionNumbersOfType):
                // proto3 has no extensions.
                answer.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = question.AllExtensionNumbersOfType };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.None:
                answer.ErrorResponse = new ErrorResponse { ErrorCode = (int)StatusCode.InvalidArgument, ErrorMessage = "The question is not one of this service's." };
                break;
            default:
                answer.ErrorResponse = new ErrorResponse { ErrorCode = (int)StatusCode.NotFound, ErrorMessage = "There is no such file, symbol or extension." };
                break;
        }
        return answer;
    }

    private static FileDescriptorResponse WithImports(FileDescriptor file)
    {
        var response = new FileDescriptorResponse();
        response.FileDescriptorProto.AddRange(All([file]).Select(f => f.SerializedData));
        return response;
    }

    /// <summary>The files and all that they import, each once, a file before its imports.</summary>
    private static IEnumerable<FileDescriptor> All(IEnumerable<FileDescriptor> files)
    {
        var seen = new HashSet<FileDescriptor>();
        var waiting = new Queue<FileDescriptor>(files);
        while (waiting.TryDequeue(out var file))
        {
            if (seen.Add(file))
            {
                yield return file;
                foreach (var import in file.Dependencies)
                {
                    waiting.Enqueue(import);
                }
            }
        }
    }

    private static IEnumerable<string> SymbolsOf(FileDescriptor file) =>
    [
        .. file.Services.Select(s => s.FullName),
        .. file.Services.SelectMany(s => s.Methods).Select(m => m.FullName),
        .. file.EnumTypes.SelectMany(WithValues),
        .. file.MessageTypes.SelectMany(WithNested).SelectMany(m => (IEnumerable<string>)
        [
            m.FullName,
            .. m.Fields.InDeclarationOrder().Select(f => f.FullName),
            .. m.EnumTypes.SelectMany(WithValues),
        ]),
    ];

    private static IEnumerable<string> WithValues(EnumDescriptor type) => type.Values.Select(v => v.FullName).Prepend(type.FullName);

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) => message.NestedTypes.SelectMany(WithNested).Prepend(message);
}
