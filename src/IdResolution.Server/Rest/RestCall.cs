namespace IdResolution.Server.Rest;

/// <summary>Marks a call of <c>/api/v1</c>: its query holds what the call declares and nothing else.</summary>
internal sealed class RestCall
{
    public static readonly RestCall Instance = new();

    private RestCall() { }
}
