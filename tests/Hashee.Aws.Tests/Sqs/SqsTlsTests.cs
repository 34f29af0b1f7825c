using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Hashee.Emulator;
using Hashee.Host;
using Hashee.Host.Native;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.Sqs;

public sealed class SqsTlsTests : IDisposable
{
    private const string Localhost = "localhost";

    private readonly string _bundle = Path.GetTempFileName();
    private readonly CertificateAuthority _root = CertificateAuthority.NewRoot();
    private readonly List<HttpMessage> _requests = [];

    public SqsTlsTests() => File.WriteAllText(_bundle, _root.Certificate.ExportCertificatePem());

    public void Dispose()
    {
        File.Delete(_bundle);
        _root.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void A_good_certificate_is_accepted(SslProtocols protocol)
    {
        SslServerAuthenticationOptions tls = TlsScript.Options(_root.Issue([Localhost]));
        tls.EnabledSslProtocols = protocol;
        using LoopbackServer server = NewServer(tls, SqsScripts.AcceptInto(_requests));
        using SqsClient client = NewClient(server);

        Assert.True(SqsTest.Send(client).IsAccepted);
        Assert.True(SqsTest.Send(client).IsAccepted);
        Assert.Equal(2, _requests.Count);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void A_chain_over_an_intermediate_is_accepted()
    {
        using CertificateAuthority intermediate = _root.NewIntermediate();
        using LoopbackServer server = NewServer(TlsScript.Options(intermediate.Issue([Localhost]), [intermediate.Certificate]), SqsScripts.Accept);
        using SqsClient client = NewClient(server);

        Assert.True(SqsTest.Send(client).IsAccepted);
    }

    [Fact]
    public void Of_a_bundle_of_many_roots_the_one_that_signed_is_found()
    {
        using CertificateAuthority other = CertificateAuthority.NewRoot("Another Root");
        string amazon = Encoding.ASCII.GetString(AmazonRoots.Pem);
        File.WriteAllText(
            _bundle,
            $"# Roots\n{amazon}\nAnother:\n{other.Certificate.ExportCertificatePem()}\n{_root.Certificate.ExportCertificatePem()}\nend");
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), SqsScripts.Accept);
        using SqsClient client = NewClient(server);

        Assert.True(SqsTest.Send(client).IsAccepted);
    }

    [Fact]
    public void A_bundle_with_the_intermediate_makes_up_for_a_server_that_does_not_send_it()
    {
        using CertificateAuthority intermediate = _root.NewIntermediate();
        File.WriteAllText(_bundle, intermediate.Certificate.ExportCertificatePem() + "\n" + _root.Certificate.ExportCertificatePem());
        using LoopbackServer server = NewServer(TlsScript.Options(intermediate.Issue([Localhost])), SqsScripts.Accept);
        using SqsClient client = NewClient(server);

        Assert.True(SqsTest.Send(client).IsAccepted);
    }

    [Fact]
    public void A_bundle_that_is_damaged_in_its_midst_is_refused_by_name()
    {
        string good = _root.Certificate.ExportCertificatePem();
        File.WriteAllText(_bundle, $"{good}\n{good.Replace("MII", "M*I", StringComparison.Ordinal)}\n{good}");
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), SqsScripts.Accept);
        using SqsClient client = NewClient(server);

        Assert.Contains("AWS_CA_BUNDLE", SqsTest.Send(client).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_intermediate_is_refused()
    {
        using CertificateAuthority intermediate = _root.NewIntermediate();
        AssertRefused(intermediate.Issue([Localhost]), "unable to get local issuer certificate");
    }

    [Fact]
    public void An_expired_certificate_is_refused() =>
        AssertRefused(_root.Issue([Localhost], from: -10, to: -1), "certificate has expired");

    [Fact]
    public void A_certificate_that_is_not_yet_valid_is_refused() =>
        AssertRefused(_root.Issue([Localhost], from: 1, to: 10), "certificate is not yet valid");

    [Fact]
    public void A_self_signed_certificate_is_refused() =>
        AssertRefused(CertificateAuthority.IssueSelfSigned([Localhost]), "self-signed certificate");

    [Fact]
    public void A_certificate_for_another_name_is_refused() => AssertRefused(_root.Issue(["sqs.example.com"]), "hostname mismatch");

    [Fact]
    public void A_wildcard_that_does_not_fit_is_refused() =>
        AssertRefused(_root.Issue(["*.localhost", "local*", "*"]), "hostname mismatch");

    [Fact]
    public void A_name_in_the_subject_alone_is_refused() => AssertRefused(_root.Issue([], subject: Localhost), "hostname mismatch");

    [Fact]
    public void A_certificate_of_an_untrusted_root_is_refused()
    {
        using CertificateAuthority other = CertificateAuthority.NewRoot("Other Root");
        AssertRefused(other.Issue([Localhost]), "unable to get local issuer certificate");
    }

    [Fact]
    public void A_certificate_for_the_IP_address_is_accepted()
    {
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue(["127.0.0.1"])), SqsScripts.Accept);
        using SqsClient client = NewClient(server, "127.0.0.1");

        Assert.True(SqsTest.Send(client).IsAccepted);
    }

    [Fact]
    public void A_certificate_without_the_IP_address_is_refused() =>
        AssertRefused(_root.Issue([Localhost, "127.0.0.2"]), "IP address mismatch", "127.0.0.1");

    [Fact]
    public void Without_a_bundle_only_Amazons_roots_are_trusted()
    {
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), SqsScripts.AcceptInto(_requests));
        using SqsClient client = SqsTest.NewClient(server, "https", Localhost);

        Assert.EndsWith("was refused: unable to get local issuer certificate", SqsTest.Send(client).Reason, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    [Fact]
    public void A_bundle_may_hold_several_roots()
    {
        using CertificateAuthority other = CertificateAuthority.NewRoot("Other Root");
        File.WriteAllText(_bundle, $"{other.Certificate.ExportCertificatePem()}\n# a comment\n{_root.Certificate.ExportCertificatePem()}\n");
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), SqsScripts.Accept);
        using SqsClient client = NewClient(server);

        Assert.True(SqsTest.Send(client).IsAccepted);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void A_bundle_that_cannot_be_used_is_named(string? content)
    {
        File.Delete(_bundle);
        if (content is not null)
        {
            File.WriteAllText(_bundle, content);
        }

        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), SqsScripts.AcceptInto(_requests));
        using SqsClient client = NewClient(server);

        SqsOutcome outcome = SqsTest.Send(client);

        Assert.Equal(SqsOutcomeKind.Unavailable, outcome.Kind);
        Assert.Contains("AWS_CA_BUNDLE", outcome.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(_bundle, outcome.Reason, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    [Fact]
    public void A_bundle_is_read_again_when_it_could_not_be_read_before()
    {
        string pem = File.ReadAllText(_bundle);
        File.Delete(_bundle);
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), SqsScripts.Accept);
        using SqsClient client = NewClient(server);
        client.Connect(TimeSpan.FromSeconds(30));

        File.WriteAllText(_bundle, pem);

        Assert.True(SqsTest.Send(client).IsAccepted);
    }

    [Theory]
    [InlineData(Localhost, Localhost)]
    [InlineData("127.0.0.1", "")]
    public void The_server_is_told_the_host_name_but_no_IP_address(string host, string expected)
    {
        string? told = null;
        X509Certificate2 certificate = _root.Issue([Localhost, "127.0.0.1"]);
        SslServerAuthenticationOptions tls = new()
        {
            ServerCertificateSelectionCallback = (_, name) =>
            {
                told = name;
                return certificate;
            },
        };
        using LoopbackServer server = NewServer(tls, SqsScripts.Accept);
        using SqsClient client = NewClient(server, host);

        Assert.True(SqsTest.Send(client).IsAccepted);
        Assert.Equal(expected, told);
    }

    [Fact]
    public void A_server_that_knows_no_better_than_TLS_1_1_is_refused()
    {
        // A ServerHello of TLS 1.1, by hand: TLS libraries no longer speak it.
        byte[] serverHello =
        [
            0x16, 0x03, 0x02, 0x00, 0x2a, 0x02, 0x00, 0x00, 0x26, 0x03, 0x02, .. new byte[32], 0x00, 0xc0, 0x13, 0x00,
        ];
        byte[] alert = new byte[7];
        using LoopbackServer server = new(connection =>
        {
            byte[] header = new byte[5];
            connection.Stream.ReadExactly(header);
            connection.Stream.ReadExactly(new byte[(header[3] << 8) | header[4]]);
            connection.Send(serverHello);
            connection.Stream.ReadExactly(alert);
        });
        using SqsClient client = NewClient(server);

        Assert.Equal($"the TLS handshake with {Localhost}:{server.Port}: unsupported protocol", SqsTest.Send(client).Reason);
        Assert.Equal([0x15, 2, 70], (byte[])[alert[0], alert[5], alert[6]]);
    }

    [Fact]
    public void A_server_that_speaks_no_TLS_is_refused()
    {
        using LoopbackServer server = new(static connection => connection.Send("HTTP/1.1 400 Bad Request\r\n\r\n"));
        using SqsClient client = NewClient(server);

        Assert.Equal(SqsOutcomeKind.Unavailable, SqsTest.Send(client).Kind);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void A_server_that_closes_in_the_handshake_is_trouble()
    {
        using LoopbackServer server = new(static connection => connection.Stream.ReadExactly(new byte[5]));
        using SqsClient client = NewClient(server);

        Assert.Equal(SqsOutcomeKind.Unavailable, SqsTest.Send(client).Kind);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void A_request_that_was_not_sent_is_tried_again_even_without_a_deduplication_id()
    {
        Action<ServerConnection> accept = TlsScript.Over(TlsScript.Options(_root.Issue([Localhost])), SqsScripts.Accept);
        using LoopbackServer server = new(static connection => connection.Stream.ReadExactly(new byte[5]), accept);
        using SqsClient client = NewClient(server);

        Assert.True(SqsTest.SendToStandardQueue(client).IsAccepted);
    }

    [Fact]
    public void A_stalled_handshake_is_given_up_at_the_time_limit()
    {
        using LoopbackServer server = new(static connection => connection.Stall());
        using SqsClient client = SqsTest.NewClient(server, "https", Localhost, _bundle, attemptLimit: TimeSpan.FromMilliseconds(50));

        Assert.Equal($"the TLS handshake with {Localhost}:{server.Port}: the time limit was reached", SqsTest.Send(client).Reason);
    }

    [Fact]
    public void Connecting_ahead_of_time_is_given_up_at_its_limit()
    {
        using LoopbackServer server = new(static connection => connection.Stall());
        using SqsClient client = NewClient(server);

        client.Connect(TimeSpan.FromMilliseconds(50));

        server.WaitForConnection();
    }

    [Fact]
    public void A_stalled_answer_is_given_up_at_the_time_limit()
    {
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), static connection =>
        {
            connection.ReadRequest();
            connection.Stall();
        });
        using SqsClient client = NewClient(server);

        SqsOutcome outcome = client.SendMessage("body"u8, "group"u8, "id"u8, Deadline.After(TimeSpan.FromMilliseconds(1500)));

        Assert.Equal(SqsOutcomeKind.Unavailable, outcome.Kind);
        Assert.EndsWith("the time limit was reached", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_may_come_in_a_record_for_each_byte()
    {
        using LoopbackServer server = NewServer(
            TlsScript.Options(_root.Issue([Localhost])),
            static connection => connection.SendBytewise(SqsScripts.Accepted(connection.ReadRequest()!)));
        using SqsClient client = NewClient(server);

        Assert.True(SqsTest.Send(client).IsAccepted);
    }

    [Fact]
    public void The_largest_message_arrives_whole()
    {
        string body = new('x', 1_048_576);
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), SqsScripts.AcceptInto(_requests));
        using SqsClient client = NewClient(server);

        Assert.True(SqsTest.Send(client, body).IsAccepted);

        Assert.Equal(body, JsonDocument.Parse(Assert.Single(_requests).Body).RootElement.GetProperty("MessageBody").GetString());
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls13, false)]
    public void A_kept_connection_that_was_closed_between_two_calls_is_replaced(SslProtocols protocol, bool saysGoodbye)
    {
        SslServerAuthenticationOptions tls = TlsScript.Options(_root.Issue([Localhost]));
        tls.EnabledSslProtocols = protocol;
        using ManualResetEventSlim isClosed = new();
        using LoopbackServer server = NewServer(
            tls,
            connection =>
            {
                connection.Send(SqsScripts.Accepted(connection.ReadRequest()!));
                if (saysGoodbye)
                {
                    ((SslStream)connection.Stream).ShutdownAsync().GetAwaiter().GetResult();
                }

                connection.Abort();
                isClosed.Set();
            },
            SqsScripts.Accept);
        using SqsClient client = NewClient(server);
        Assert.True(SqsTest.Send(client).IsAccepted);
        isClosed.Wait(TestContext.Current.CancellationToken);

        Assert.True(SqsTest.SendToStandardQueue(client).IsAccepted);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void A_truncated_answer_is_no_answer()
    {
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), static connection =>
        {
            HttpMessage request = connection.ReadRequest()!;
            string answer = SqsScripts.Accepted(request);
            connection.Send($"HTTP/1.1 200 OK\r\n\r\n{answer[answer.IndexOf('{', StringComparison.Ordinal)..]}");
            connection.Abort();
        });
        using SqsClient client = NewClient(server);

        Assert.Equal(SqsOutcomeKind.Unavailable, SqsTest.Send(client).Kind);
    }

    [Fact]
    public unsafe void An_error_that_somebody_else_left_in_OpenSSLs_queue_does_no_harm()
    {
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), SqsScripts.Accept);
        using SqsClient client = NewClient(server);

        for (int i = 0; i < 3; i++)
        {
            byte noCertificate = 0;
            byte* der = &noCertificate;
            Assert.True(LibCrypto.ReadCertificate(null, &der, 1) == null);
            Assert.True(SqsTest.Send(client).IsAccepted);
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void No_outcome_shows_a_secret_or_the_message()
    {
        string[] reasons =
        [
            Reason(static connection => connection.ReadRequest()),
            Reason(connection => connection.Send(connection.ReadRequest()!.Text)),
            Reason(connection => connection.Send(SqsScripts.Response(400, connection.ReadRequest()!.Text))),
            Reason(connection => connection.Send(SqsScripts.Response(200, connection.ReadRequest()!.Headers["Authorization"]))),
        ];

        Assert.All(reasons, reason =>
        {
            Assert.NotEmpty(reason);
            Assert.DoesNotContain(SqsTest.Secret, reason, StringComparison.Ordinal);
            Assert.DoesNotContain(SqsTest.SessionToken, reason, StringComparison.Ordinal);
            Assert.DoesNotContain("AKIDEXAMPLE", reason, StringComparison.Ordinal);
            Assert.DoesNotContain("body", reason, StringComparison.Ordinal);
        });
    }

    private static LoopbackServer NewServer(SslServerAuthenticationOptions tls, params Action<ServerConnection>[] scripts) =>
        new([.. scripts.Select(script => TlsScript.Over(tls, script))]);

    private SqsClient NewClient(LoopbackServer server, string host = Localhost) => SqsTest.NewClient(server, "https", host, _bundle);

    private string Reason(Action<ServerConnection> script)
    {
        using LoopbackServer server = NewServer(TlsScript.Options(_root.Issue([Localhost])), script);
        using SqsClient client = NewClient(server);
        return SqsTest.Send(client).Reason;
    }

    private void AssertRefused(X509Certificate2 certificate, string reason, string host = Localhost)
    {
        using LoopbackServer server = NewServer(TlsScript.Options(certificate), SqsScripts.AcceptInto(_requests));
        using SqsClient client = NewClient(server, host);

        SqsOutcome outcome = SqsTest.Send(client);

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Unavailable, $"the certificate of {host}:{server.Port} was refused: {reason}", 0), outcome);
        Assert.Empty(_requests);
    }
}
