using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hashee.Emulator;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

/// <summary>Whose answers are taken over TLS, by those who wait without a thread.</summary>
public sealed class HttpTransportTlsTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
    private const string Localhost = "localhost";

    private readonly string _bundle = Path.GetTempFileName();
    private readonly CertificateAuthority _root = CertificateAuthority.NewRoot();
    private readonly List<HttpMessage> _requests = [];
    private HttpTransport? _transport;

    public HttpTransportTlsTests() => File.WriteAllText(_bundle, _root.Certificate.ExportCertificatePem());

    private static TimeLimit Soon => new(Deadline.After(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _transport?.Dispose();
        File.Delete(_bundle);
        _root.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_good_certificate_is_accepted_over_an_intermediate_too(SslProtocols protocol)
    {
        using CertificateAuthority intermediate = _root.NewIntermediate();
        SslServerAuthenticationOptions tls = TlsScript.Options(intermediate.Issue([Localhost]), [intermediate.Certificate]);
        tls.EnabledSslProtocols = protocol;
        using LoopbackServer server = new(TlsScript.Over(tls, Answer));

        Assert.Equal("hello", await SendAsync(server));
        Assert.Equal("hello", await SendAsync(server));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_certificate_for_the_IP_address_is_accepted()
    {
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(_root.Issue(["127.0.0.1"])), Answer));

        Assert.Equal("hello", await SendAsync(server, "127.0.0.1"));
    }

    [Fact]
    public Task An_expired_certificate_is_refused() => AssertRefusedAsync(_root.Issue([Localhost], from: -10, to: -1), "certificate has expired");

    [Fact]
    public Task A_certificate_that_is_not_yet_valid_is_refused() =>
        AssertRefusedAsync(_root.Issue([Localhost], from: 1, to: 10), "certificate is not yet valid");

    [Fact]
    public Task A_self_signed_certificate_is_refused() =>
        AssertRefusedAsync(CertificateAuthority.IssueSelfSigned([Localhost]), "self-signed certificate");

    [Fact]
    public Task A_certificate_for_another_name_is_refused() => AssertRefusedAsync(_root.Issue(["api.example.com"]), "hostname mismatch");

    [Fact]
    public Task A_wildcard_that_does_not_fit_is_refused() => AssertRefusedAsync(_root.Issue(["*.localhost", "local*", "*"]), "hostname mismatch");

    [Fact]
    public Task A_name_in_the_subject_alone_is_refused() => AssertRefusedAsync(_root.Issue([], subject: Localhost), "hostname mismatch");

    [Fact]
    public Task A_certificate_without_the_IP_address_is_refused() =>
        AssertRefusedAsync(_root.Issue([Localhost, "127.0.0.2"]), "IP address mismatch", "127.0.0.1");

    [Fact]
    public async Task A_certificate_of_an_untrusted_root_or_without_its_intermediate_is_refused()
    {
        using CertificateAuthority other = CertificateAuthority.NewRoot("Other Root");
        using CertificateAuthority intermediate = _root.NewIntermediate();

        await AssertRefusedAsync(other.Issue([Localhost]), "unable to get local issuer certificate");
        await AssertRefusedAsync(intermediate.Issue([Localhost]), "unable to get local issuer certificate");
    }

    [Theory]
    [InlineData(1024, "SHA256")]
    [InlineData(2048, "SHA1")]
    [InlineData(2048, "MD5")]
    public async Task A_weak_key_or_a_broken_hash_is_refused(int keyBits, string hash)
    {
        using X509Certificate2 certificate = WeakCertificate.Issue([Localhost], keyBits, new HashAlgorithmName(hash), out X509Certificate2 root);
        await File.WriteAllTextAsync(_bundle, root.ExportCertificatePem(), Soon.Token);
        root.Dispose();

        await AssertRefusedAsync(certificate, reason: "");
    }

    [Theory]
    [InlineData(Ok)]
    [InlineData(Chunked)]
    public async Task An_answer_may_be_split_into_records_at_every_byte(string answer)
    {
        int split = 1;
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(_root.Issue([Localhost])), connection =>
        {
            while (connection.ReadRequest() is not null)
            {
                connection.Send(answer[..split]);
                connection.Send(answer[split..]);
            }
        }));

        for (; split < answer.Length; split++)
        {
            Assert.Equal("hello", await SendAsync(server));
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_server_that_refuses_a_body_and_never_reads_it_is_heard()
    {
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(_root.Issue([Localhost])), static connection =>
        {
            connection.ReadHead();
            connection.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
            connection.Hold();
        }));

        Assert.Equal("no", await SendAsync(server, call: new HttpCall("POST", "/") { Body = new byte[30_000_000] }));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls13, false)]
    public async Task A_kept_connection_that_was_closed_between_two_calls_is_replaced(SslProtocols protocol, bool saysGoodbye)
    {
        SslServerAuthenticationOptions tls = TlsScript.Options(_root.Issue([Localhost]));
        tls.EnabledSslProtocols = protocol;
        using ManualResetEventSlim isClosed = new();
        using LoopbackServer server = new(
            TlsScript.Over(tls, connection =>
            {
                connection.ReadRequest();
                connection.Send(Ok);
                if (saysGoodbye)
                {
                    ((SslStream)connection.Stream).ShutdownAsync().GetAwaiter().GetResult();
                }

                connection.Abort();
                isClosed.Set();
            }),
            TlsScript.Over(tls, Answer));
        Assert.Equal("hello", await SendAsync(server));
        isClosed.Wait(TestContext.Current.CancellationToken);

        Assert.Equal("hello", await SendAsync(server, call: new HttpCall("POST", "/") { Body = new byte[3] }));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_body_without_length_that_is_cut_off_is_no_answer()
    {
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(_root.Issue([Localhost])), static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\n\r\nhello");
            connection.Abort();
        }));

        await Assert.ThrowsAsync<ConnectionClosedException>(() => SendAsync(server));
    }

    [Fact]
    public async Task A_read_that_waits_ends_when_its_answer_is_disposed()
    {
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(_root.Issue([Localhost])), static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            connection.Stall();
        }));
        HttpReply reply = await Transport(server, Localhost).SendAsync(new HttpCall("GET", "/"), new TimeLimit(Deadline.Never, default));
        Task<int> reading = reply.ReadAsync(new byte[5]).AsTask();
        Assert.False(reading.IsCompleted);

        reply.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
    }

    [Fact]
    public async Task A_stalled_handshake_is_given_up_at_the_deadline_and_when_the_token_says_so()
    {
        using LoopbackServer server = LoopbackServer.Concurrent(static connection => connection.Stall());
        using CancellationTokenSource end = new();
        HttpTransport transport = Transport(server, Localhost);

        TransportException failure = await Assert.ThrowsAsync<TransportException>(async () => await transport.SendAsync(
            new HttpCall("GET", "/"), new TimeLimit(Deadline.After(TimeSpan.FromMilliseconds(50)), default)));
        Task<HttpReply> waiting = transport.SendAsync(new HttpCall("GET", "/"), new TimeLimit(Deadline.Never, end.Token)).AsTask();
        Assert.False(waiting.IsCompleted);
        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal($"the TLS handshake with localhost:{server.Port}: the time limit was reached", failure.Message);
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_or_closes_in_the_handshake_is_an_error()
    {
        using LoopbackServer server = new(
            static connection => connection.Send("HTTP/1.1 400 Bad Request\r\n\r\n"), static connection => connection.Stream.ReadExactly(new byte[5]));

        await Assert.ThrowsAsync<ConnectionClosedException>(() => SendAsync(server));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => SendAsync(server));
        Assert.Equal(2, server.Connections);
    }

    private void Answer(ServerConnection connection)
    {
        while (connection.ReadRequest() is { } request)
        {
            _requests.Add(request);
            connection.Send(Ok);
        }
    }

    private HttpTransport Transport(LoopbackServer server, string host) =>
        _transport ??= new HttpTransport(new Origin(true, host, server.Port), new BundleTrust(_bundle, "a test's bundle"));

    private async Task<string> SendAsync(LoopbackServer server, string host = Localhost, HttpCall? call = null)
    {
        using HttpReply reply = await Transport(server, host).SendAsync(call ?? new HttpCall("GET", "/"), Soon);
        return Encoding.ASCII.GetString(await reply.ReadAllAsync(1_000_000));
    }

    private async Task AssertRefusedAsync(X509Certificate2 certificate, string reason, string host = Localhost)
    {
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(certificate), Answer));
        _transport?.Dispose();
        _transport = null;

        TransportException refused = await Assert.ThrowsAsync<TransportException>(() => SendAsync(server, host));

        Assert.StartsWith($"the certificate of {host}:{server.Port} was refused: {reason}", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }
}
