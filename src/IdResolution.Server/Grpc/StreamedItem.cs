using IdResolution.Core.Errors;
using IdResolution.Core.Registration;

namespace IdResolution.Server.Grpc;

/// <summary>A decoded item of a stream of registrations.</summary>
/// <param name="Request">The request, or the error in it.</param>
/// <param name="Bytes">The length of its message in bytes.</param>
internal sealed record StreamedItem(Result<RegistrationRequest> Request, int Bytes);
