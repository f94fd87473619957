namespace IdResolution.Core.ChangeLog;

/// <summary>
/// How the bytes of a value become JSON in its disclosure (<c>docs/log-format.md</c>). The numbers are part of the log
/// format.
/// </summary>
public enum StateForm
{
    /// <summary>UTF-8 text: a JSON string.</summary>
    Text = 0,

    /// <summary>JSON without white space, which stands as it is: a number, a truth value or an array.</summary>
    Json = 1,

    /// <summary>Any bytes: a JSON string in base64url without padding.</summary>
    Bytes = 2,

    /// <summary>A list whose elements have salts of their own (<see cref="StateList"/>): an array of digests.</summary>
    List = 3,
}
