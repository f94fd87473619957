namespace IdResolution.Core.Analysis;

/// <summary>
/// Fisher's exact test, one-sided: how likely is it that so many of those that have something are bad, if it has
/// nothing to do with it? Immutable.
/// </summary>
internal sealed class FisherTest
{
    // What is added no longer changes the sum.
    private const double Negligible = 1e-17;

    private readonly int _bad;
    private readonly int _all;
    private readonly double[] _logFactorials;

    public FisherTest(int bad, int good)
    {
        _bad = bad;
        _all = bad + good;
        _logFactorials = new double[_all + 1];
        for (var i = 2; i <= _all; i++)
        {
            _logFactorials[i] = _logFactorials[i - 1] + Math.Log(i);
        }
    }

    /// <summary>How much more often one that has it is bad than any.</summary>
    public double Lift(int bad, int good) => bad / (double)(bad + good) * _all / _bad;

    /// <summary>
    /// The natural logarithm of the chance that at least so many bad ones are among so many; 0 where no more are than
    /// are to be expected.
    /// </summary>
    public double LogP(int bad, int good)
    {
        var having = bad + good;
        if ((long)bad * _all <= (long)having * _bad)
        {
            return 0;
        }
        // From here on the chances fall, so their sum is soon known.
        var (sum, term) = (1.0, 1.0);
        for (var k = bad; k < Math.Min(having, _bad) && term > Negligible * sum; k++)
        {
            term *= (double)(_bad - k) * (having - k) / ((k + 1.0) * (_all - _bad - having + k + 1));
            sum += term;
        }
        var first = LogChoose(_bad, bad) + LogChoose(_all - _bad, good) - LogChoose(_all, having);
        return Math.Min(0, first + Math.Log(sum));
    }

    private double LogChoose(int n, int k) => _logFactorials[n] - _logFactorials[k] - _logFactorials[n - k];
}
