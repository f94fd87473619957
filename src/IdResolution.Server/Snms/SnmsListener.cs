using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdResolution.Server.Snms;

/// <summary>Marks the connections of a listener that serves the SNMS protocol and nothing else.</summary>
internal sealed class SnmsListener
{
    private static readonly SnmsListener s_mark = new();

    private SnmsListener() { }

    /// <summary>Makes a listener one of the SNMS protocol alone.</summary>
    public static void Use(ListenOptions listen) =>
        listen.Use(next =>
            connection =>
            {
                connection.Features.Set(s_mark);
                return next(connection);
            }
        );

    /// <summary>True for a request that came in by such a listener.</summary>
    public static bool Took(HttpContext context) => context.Features.Get<SnmsListener>() is not null;
}
