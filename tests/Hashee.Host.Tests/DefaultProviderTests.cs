using Hashee.Testing;

namespace Hashee.Host.Tests;

public sealed class DefaultProviderTests
{
    [Fact]
    public Task TLS_accepts_and_refuses_the_same_with_OpenSSLs_own_provider() =>
        SecondRun.WithDefaultProviderAsync("*Tls*", "*OpenSslTests", "*NodeTests");
}
