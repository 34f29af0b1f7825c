namespace Hashee.Aws.Tests.Sqs;

public sealed class SqsOutcomeTests
{
    [Fact]
    public void Zero_means_that_nothing_was_decided_and_only_accepted_is_accepted()
    {
        Assert.Equal(SqsOutcomeKind.Undecided, default(SqsOutcome).Kind);
        Assert.False(default(SqsOutcome).IsAccepted);
        Assert.Equal(
            [SqsOutcomeKind.Accepted],
            Enum.GetValues<SqsOutcomeKind>().Where(static kind => new SqsOutcome(kind, "", 0).IsAccepted));
    }
}
