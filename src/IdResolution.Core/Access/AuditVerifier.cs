using System.Globalization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>
/// Checks the chains of the audit log, line by line, against the summaries in the change log. Lines that are gone from
/// the beginning of a chain are no fault if their time is over. Used by one caller.
/// </summary>
public sealed class AuditVerifier
{
    private readonly Chain[] _chains = [.. Enum.GetValues<AuditKind>().Select(kind => new Chain(kind))];
    private readonly long _kept;
    private bool _hasChains;

    /// <param name="summaries">The summaries in the change log, oldest first.</param>
    /// <param name="now">The time in microseconds since 1970 UTC.</param>
    public AuditVerifier(IReadOnlyList<AuditSummary> summaries, long now)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        foreach (var summary in summaries)
        {
            _kept = Math.Max(_kept, Micros.Of(summary.Time.AddDays(-summary.Days)));
            foreach (var known in summary.Chains)
            {
                _chains[(int)known.Kind].Known.Add(known);
            }
        }
        if (summaries.Count > 0)
        {
            _kept = Math.Max(_kept, now - (long)TimeSpan.FromDays(summaries[^1].Days).TotalMicroseconds);
        }
    }

    /// <summary>The number of lines in chains.</summary>
    public long Lines { get; private set; }

    /// <summary>The number of lines of versions that knew no chains.</summary>
    public long Unchained { get; private set; }

    /// <summary>Checks the next line, by number.</summary>
    /// <param name="line">The line.</param>
    /// <param name="fault">Gets what is wrong.</param>
    public void Add(AuditEvent line, Action<Text> fault)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(fault);
        if (line.Kind < 0 || (int)line.Kind >= _chains.Length)
        {
            fault(new($"line {line.Id} is altered: it is of no kind", $"第 {line.Id} 行已被篡改：类别无效"));
            return;
        }
        if (line.Link is not { } link)
        {
            Unchained++;
            if (_hasChains)
            {
                fault(
                    new(
                        $"line {line.Id} is in no chain: a node of an earlier version wrote it, or somebody else",
                        $"第 {line.Id} 行不在任何链中：由早期版本的节点或他人写入"
                    )
                );
            }
            return;
        }
        _hasChains = true;
        Lines++;
        _chains[(int)line.Kind].Add(line, link, fault);
    }

    /// <summary>Checks the ends of the chains, after all lines.</summary>
    /// <param name="heads">The last line of each chain, as the store knows it.</param>
    /// <param name="fault">Gets what is wrong.</param>
    public void End(IReadOnlyList<AuditHead> heads, Action<Text> fault)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(fault);
        foreach (var chain in _chains)
        {
            chain.End(heads.FirstOrDefault(h => h.Kind == chain.Kind) ?? AuditHead.Empty(chain.Kind), _kept, fault);
        }
    }

    /// <summary>One chain, as far as it was read.</summary>
    private sealed class Chain(AuditKind kind)
    {
        private AuditEvent? _first;
        private AuditEvent? _last;
        private int _next;

        public AuditKind Kind => kind;

        /// <summary>What summaries say of the chain, oldest first.</summary>
        public List<AuditSummary.Chain> Known { get; } = [];

        private void CompareWithLast(AuditEvent line, AuditLink link, Action<Text> fault)
        {
            if (_last is not { Link: { } last } before)
            {
                return;
            }
            if (link.Position > last.Position + 1)
            {
                fault(
                    new(
                        $"{link.Position - last.Position - 1} lines ({kind}) between {before.Id} and {line.Id} are "
                            + "missing",
                        $"第 {before.Id} 行与第 {line.Id} 行之间缺少 {link.Position - last.Position - 1} 行（{kind}）"
                    )
                );
            }
            else if (link.Position <= last.Position)
            {
                fault(new($"line {line.Id} ({kind}) is out of order", $"第 {line.Id} 行（{kind}）顺序有误"));
            }
            else if (!link.Previous.AsSpan().SequenceEqual(last.Hash))
            {
                fault(
                    new(
                        $"line {line.Id} ({kind}) was written after another line than {before.Id}: that one is altered",
                        $"第 {line.Id} 行（{kind}）的前一行并非现有的第 {before.Id} 行：后者已被篡改"
                    )
                );
            }
        }

        public void Add(AuditEvent line, AuditLink link, Action<Text> fault)
        {
            if (_first is null && kind == AuditKind.Act && Known.Count == 0 && link.Position > 1)
            {
                // Nothing gets old enough to go before there is a summary.
                fault(
                    new($"the lines ({kind}) before {line.Id} are missing", $"第 {line.Id} 行之前的行（{kind}）缺失")
                );
            }
            _first ??= line;
            CompareWithLast(line, link, fault);
            if (!AuditChain.Hash(link.Previous, line, link.Position).AsSpan().SequenceEqual(link.Hash))
            {
                fault(new($"line {line.Id} ({kind}) is altered", $"第 {line.Id} 行（{kind}）已被篡改"));
            }
            _last = line;
            Compare(line, link, fault);
        }

        public void End(AuditHead head, long kept, Action<Text> fault)
        {
            CheckEnd(head, kept, fault);
            foreach (var known in Known)
            {
                if (known.Position > head.Position)
                {
                    fault(
                        new(
                            $"line {known.Line} ({kind}) is missing, which was there on "
                                + TimeOf(Micros.Of(known.Time)),
                            $"第 {known.Line} 行（{kind}）缺失，该行在 {TimeOf(Micros.Of(known.Time))} 时尚在"
                        )
                    );
                    break;
                }
                var isGone = _first is null || known.Position < _first.Link!.Position;
                if (isGone && kind == AuditKind.Act && Micros.Of(known.Time) >= kept)
                {
                    fault(
                        new(
                            $"lines ({kind}) up to {known.Line} of {TimeOf(Micros.Of(known.Time))} are missing, before "
                                + "their time is over",
                            $"截至 {TimeOf(Micros.Of(known.Time))} 的第 {known.Line} 行（{kind}）在保存期内缺失"
                        )
                    );
                    return;
                }
            }
            CheckBeginning(kept, fault);
        }

        private void CheckEnd(AuditHead head, long kept, Action<Text> fault)
        {
            if (_last is { Link: { } last } line)
            {
                if (
                    head != new AuditHead(kind, last.Position, line.Id, line.Time, head.Hash)
                    || !head.Hash.AsSpan().SequenceEqual(last.Hash)
                )
                {
                    fault(
                        new(
                            $"the lines ({kind}) after {line.Id} are missing, up to {head.Line}",
                            $"第 {line.Id} 行之后至第 {head.Line} 行（{kind}）缺失"
                        )
                    );
                }
            }
            else if (!IsWhole(head))
            {
                fault(new($"where the chain ends ({kind}) is altered", $"链的末端（{kind}）已被篡改"));
            }
            else if (head.Position > 0 && kind == AuditKind.Act && head.Time >= kept)
            {
                fault(
                    new(
                        $"all lines ({kind}) are missing, up to {head.Line} of {TimeOf(head.Time)}",
                        $"至 {TimeOf(head.Time)} 的第 {head.Line} 行均缺失（{kind}）"
                    )
                );
            }
        }

        /// <summary>
        /// Checks that no line is gone from the beginning that was there at a summary, and whose time is not over.
        /// </summary>
        private void CheckBeginning(long kept, Action<Text> fault)
        {
            if (kind != AuditKind.Act || _first is not { Link: { } first } line)
            {
                return;
            }
            foreach (var known in Known)
            {
                if (known.First > 0 && known.First < first.Position && Micros.Of(known.FirstTime) >= kept)
                {
                    fault(
                        new(
                            $"the lines ({kind}) before {line.Id} are missing, from "
                                + $"{TimeOf(Micros.Of(known.FirstTime))} on, before their time is over",
                            $"自 {TimeOf(Micros.Of(known.FirstTime))} 起、第 {line.Id} 行之前的行（{kind}）在保存期内缺失"
                        )
                    );
                    break;
                }
            }
        }

        /// <summary>True if a chain ends either before its first line or at a line.</summary>
        private static bool IsWhole(AuditHead head) =>
            head.Hash.All(b => b == 0) ? (head.Position, head.Line, head.Time) == (0, 0, 0) : head.Position > 0;

        /// <summary>Compares a line with the summaries that it is in.</summary>
        private void Compare(AuditEvent line, AuditLink link, Action<Text> fault)
        {
            for (; _next < Known.Count && Known[_next].Position <= link.Position; _next++)
            {
                var known = Known[_next];
                if (known.Position == link.Position && known.Hash != Convert.ToHexStringLower(link.Hash))
                {
                    fault(
                        new(
                            $"line {line.Id} ({kind}) is not the one in the change log: lines up to it were made anew",
                            $"第 {line.Id} 行（{kind}）与变更日志不符：此前的行被重新生成"
                        )
                    );
                }
            }
        }

        private static string TimeOf(long time) =>
            Micros.ToTime(time).ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
    }
}
