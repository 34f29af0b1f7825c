namespace Hashee.Host.Tests;

public class HttpUrlTests
{
    [Theory]
    [InlineData("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo", true, "sqs.eu-west-1.amazonaws.com", 443, "/123456789012/jobs.fifo")]
    [InlineData("HTTPS://Example.COM", true, "example.com", 443, "/")]
    [InlineData("http://127.0.0.1:4566/queue", false, "127.0.0.1", 4566, "/queue")]
    [InlineData("http://[::1]:8080/", false, "::1", 8080, "/")]
    [InlineData("https://[fe80::1]", true, "fe80::1", 443, "/")]
    [InlineData("http://localhost", false, "localhost", 80, "/")]
    public void Absolute_URLs_are_taken_apart(string text, bool isTls, string host, int port, string path)
    {
        Assert.True(HttpUrl.TryParse(text, out HttpUrl url));
        Assert.Equal(new HttpUrl(text, new Origin(isTls, host, port), path), url);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/queue")]
    [InlineData("ftp://example.com")]
    [InlineData("https://")]
    [InlineData("https:///path")]
    [InlineData("https://:443")]
    [InlineData("https://example.com:")]
    [InlineData("https://example.com:0")]
    [InlineData("https://example.com:65536")]
    [InlineData("https://example.com:99999999999999999999")]
    [InlineData("https://example.com:4x")]
    [InlineData("https://user:password@example.com")]
    [InlineData("https://example.com/?query")]
    [InlineData("https://example.com?query")]
    [InlineData("https://example.com/#fragment")]
    [InlineData("https://example.com/a b")]
    [InlineData("https://example.com/\r\nHost: other")]
    [InlineData("https://exämple.com")]
    [InlineData("https://[::1")]
    [InlineData("https://[::1]x")]
    [InlineData("https://[127.0.0.1]")]
    [InlineData("https://[]")]
    [InlineData("https://::1")]
    [InlineData("https://-example.com")]
    [InlineData(" https://example.com")]
    public void What_is_no_absolute_URL_is_refused(string text) => Assert.False(HttpUrl.TryParse(text, out _));

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("::1")]
    [InlineData("0:0:0:0:0:0:0:1")]
    public void Loopback_is_recognised(string host) => Assert.True(new Origin(false, host, 80).IsLoopback);

    [Theory]
    [InlineData("127.0.0.1.example.com")]
    [InlineData("127.example.com")]
    [InlineData("localhost.example.com")]
    [InlineData("128.0.0.1")]
    [InlineData("::2")]
    [InlineData("::")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("example.com")]
    public void What_is_not_loopback_is_not_taken_for_it(string host) => Assert.False(new Origin(false, host, 80).IsLoopback);

    [Theory]
    [InlineData(true, "example.com", 443, "example.com")]
    [InlineData(true, "example.com", 80, "example.com:80")]
    [InlineData(false, "example.com", 80, "example.com")]
    [InlineData(false, "::1", 8080, "[::1]:8080")]
    public void The_authority_has_the_port_only_where_it_is_not_the_schemes_own(bool isTls, string host, int port, string expected) =>
        Assert.Equal(expected, new Origin(isTls, host, port).Authority);
}
