using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>
/// Whose rights the lines of an imported file have: those of a registrar, unless the operator lends the file all of
/// their own. Then the lines that say who may do what are named.
/// </summary>
/// <param name="areLent">True if the file has the operator's rights.</param>
/// <param name="unit">What a line is called, such as <c>row</c>.</param>
/// <param name="tell">Where lines are named.</param>
internal sealed class FileRights(bool areLent, Text unit, Action<Text> tell)
{
    private const int MaxShown = 100;

    private long _named;

    /// <summary>The caller that the lines are judged as. The audit log calls it by the operator's name.</summary>
    public Caller Caller { get; } = AccessPolicy.OfFile(Caller.CommandLine, areLent);

    /// <summary>What the audit log calls the import.</summary>
    public string Action => areLent ? "import --with-rights" : "import";

    /// <summary>Why a line is refused and, where it lacks rights, what to do.</summary>
    public IEnumerable<string> Reasons(Error error, Terminal terminal) =>
        error.Code == ErrorCode.Forbidden && !areLent
            ? terminal.Lines(error).Append(Advice.In(terminal.Language))
            : terminal.Lines(error);

    /// <summary>Names a line that was taken, or would be, if what it holds says who may do what.</summary>
    /// <param name="number">The number of the line.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="identifier">The identifier of its record, where that is known.</param>
    public void Name(long number, RegistrationRequest request, Result<WriteOutcome> outcome, string? identifier = null)
    {
        if (!outcome.IsOk || outcome.Value == WriteOutcome.Same)
        {
            return;
        }
        var rights = AccessPolicy.RightsIn(request.Identifier ?? identifier, request.Values);
        if (rights.Count > 0 && ++_named <= MaxShown)
        {
            var all = Text.Join(", ", "、", rights);
            tell(new($"{unit.En} {number} says who may do what: {all.En}", $"第 {number} {unit.Zh}涉及授权：{all.Zh}"));
        }
    }

    /// <summary>Says how many lines there are that <see cref="Name"/> did not show.</summary>
    public void Finish()
    {
        if (_named > MaxShown)
        {
            tell(
                new(
                    $"… and {_named - MaxShown} more that say who may do what",
                    $"……另有 {_named - MaxShown} {unit.Zh}涉及授权"
                )
            );
        }
    }

    private static Text Advice { get; } =
        new(
            "A file has the rights of a registrar; if you trust whoever made it, say --with-rights",
            "文件只有 registrar 的权限；如信任其制作者，请加 --with-rights"
        );
}
