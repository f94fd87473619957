using IdResolution.Core.Errors;

namespace IdResolution.Server.Grpc;

/// <summary>A decoded item of a stream.</summary>
/// <param name="Request">The request, or the error in it.</param>
/// <param name="Bytes">The length of its message in bytes.</param>
internal sealed record StreamedItem<T>(Result<T> Request, int Bytes);
