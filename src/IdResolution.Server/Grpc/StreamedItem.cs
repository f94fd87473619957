using IdResolution.Core.Errors;
using IdResolution.Core.Registration;

namespace IdResolution.Server.Grpc;

/// <summary>An item of a stream of registrations.</summary>
/// <param name="Request">The item, or what is wrong with it.</param>
/// <param name="Bytes">The length of its message.</param>
internal sealed record StreamedItem(Result<RegistrationRequest> Request, int Bytes);
