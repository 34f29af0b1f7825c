using Hashee.Testing;

namespace Hashee.Aws.Tests;

public sealed class DefaultProviderTests
{
    [Fact]
    public Task SQS_is_trusted_and_signed_for_in_the_same_way_with_OpenSSLs_own_provider() =>
        SecondRun.WithDefaultProviderAsync("*SqsTlsTests", "*SignatureV4Tests");
}
