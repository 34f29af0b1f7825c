using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hashee.Emulator;
using Hashee.Host.Native;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

/// <summary>What TLS accepts by itself, whoever uses it.</summary>
public sealed partial class TlsConnectionTests : IDisposable
{
    private const string Host = "sqs.example.com";

    private readonly string _bundle = Path.GetTempFileName();
    private readonly CertificateAuthority _root = CertificateAuthority.NewRoot();

    public TlsConnectionTests() => File.WriteAllText(_bundle, _root.Certificate.ExportCertificatePem());

    private static Deadline InAMinute => Deadline.After(TimeSpan.FromMinutes(1));

    public void Dispose()
    {
        File.Delete(_bundle);
        _root.Dispose();
    }

    [Fact]
    public unsafe void Nothing_but_the_product_itself_makes_OpenSSL_strict_here()
    {
        void* context = LibSsl.NewContext(OpenSsl.Library, null, LibSsl.ClientMethod());

        Assert.Equal(0, SecurityLevelOf(context));
        LibSsl.FreeContext(context);
    }

    [Theory]
    [InlineData("sqs.example.com")]
    [InlineData("SQS.Example.com")]
    [InlineData("*.example.com")]
    public void A_name_that_fits_is_accepted(string name) => Assert.Null(Refusal(_root.Issue([name])));

    [Theory]
    [InlineData("s*.example.com")]
    [InlineData("*s.example.com")]
    [InlineData("*.com")]
    [InlineData("*.*.com")]
    [InlineData("*")]
    [InlineData("*.sqs.example.com")]
    public void A_wildcard_that_is_not_a_whole_label_in_front_is_refused(string name) =>
        Assert.Equal("the certificate of sqs.example.com was refused: hostname mismatch", Refusal(_root.Issue([name])));

    [Fact]
    public void An_RSA_key_of_2048_bits_signed_over_SHA_256_is_accepted() => Assert.Null(WeakRefusal(2048, HashAlgorithmName.SHA256));

    [Fact]
    public void An_RSA_key_of_1024_bits_is_refused() =>
        Assert.Equal("the certificate of sqs.example.com was refused: EE certificate key too weak", WeakRefusal(1024, HashAlgorithmName.SHA256));

    [Theory]
    [InlineData("SHA1")]
    [InlineData("MD5")]
    public void A_certificate_signed_over_a_broken_hash_is_refused(string hash) =>
        Assert.StartsWith("the certificate of sqs.example.com was refused: ", WeakRefusal(2048, new HashAlgorithmName(hash)), StringComparison.Ordinal);

    private static string? Refusal(X509Certificate2 certificate, string bundle)
    {
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(certificate), static connection => connection.Send("x")));
        TlsContext context = new BundleTrust(bundle, "a test's bundle").Context;
        try
        {
            TcpConnection tcp = TcpConnection.Connect(new Origin(false, "127.0.0.1", server.Port), InAMinute);
            using TlsConnection connection = TlsConnection.Connect(tcp, context, new Origin(true, Host, 443), InAMinute);
            Assert.Equal(1, connection.Read(new byte[2], InAMinute));
            return null;
        }
        catch (TransportException refused)
        {
            return refused.Message;
        }
    }

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_get_security_level")]
    private static unsafe partial int SecurityLevelOf(void* context);

    private string? Refusal(X509Certificate2 certificate) => Refusal(certificate, _bundle);

    private string? WeakRefusal(int keyBits, HashAlgorithmName hash)
    {
        using X509Certificate2 certificate = WeakCertificate.Issue([Host], keyBits, hash, out X509Certificate2 root);
        File.WriteAllText(_bundle, root.ExportCertificatePem());
        root.Dispose();
        return Refusal(certificate, _bundle);
    }
}
