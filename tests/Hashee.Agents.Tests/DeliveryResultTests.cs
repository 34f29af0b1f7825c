using Hashee.Agents.Platform;

namespace Hashee.Agents.Tests;

public sealed class DeliveryResultTests
{
    [Fact]
    public void Zero_means_that_nothing_was_decided() => Assert.Equal(DeliveryResultKind.Undecided, default(DeliveryResult).Kind);
}
