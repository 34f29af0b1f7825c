using System.Security.Cryptography.X509Certificates;
using Hashee.Emulator;
using Hashee.Host.Native;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

/// <summary>Which roots are read, when, and by how many at once.</summary>
public sealed unsafe class TlsContextTests : IDisposable
{
    private static readonly Origin Server = new(true, "localhost", 443);

    private readonly string _file = Path.GetTempFileName();
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly CertificateAuthority _root = CertificateAuthority.NewRoot("Test Root");

    public void Dispose()
    {
        File.Delete(_file);
        Directory.Delete(_folder, recursive: true);
        _root.Dispose();
    }

    [Fact]
    public void Amazons_services_are_verified_against_the_five_roots_of_Amazon()
    {
        Assert.Equal(5, AmazonTrust.Instance.Context.Roots.Count);
        Assert.Same(AmazonTrust.Instance.Context, AmazonTrust.Instance.Context);
    }

    [Fact]
    public void This_machines_roots_are_found()
    {
        Assert.InRange(SystemTrust.Instance.Context.Roots.Count, 20, 1000);
        Assert.Equal(0, SystemTrust.Instance.Context.Roots.CountAdded);
    }

    [Fact]
    public void The_first_file_that_is_there_is_taken()
    {
        File.WriteAllText(_file, _root.Certificate.ExportCertificatePem());

        Assert.Equal(1, Read(null, null, "/nowhere", "", _file, "/etc/ssl/certs/ca-certificates.crt").Count);
    }

    [Fact]
    public void A_file_that_is_named_replaces_those_of_the_machine()
    {
        File.WriteAllText(_file, _root.Certificate.ExportCertificatePem());

        Assert.Equal(1, Read(_file, null, "/etc/ssl/certs/ca-certificates.crt").Count);
    }

    [Fact]
    public void A_folder_that_is_named_replaces_those_of_the_machine() =>
        Assert.Equal(0, Read(null, _folder, "/etc/ssl/certs/ca-certificates.crt").Count);

    [Theory]
    [InlineData(null, "this machine keeps no root certificates where they are looked for: install ca-certificates, or set SSL_CERT_FILE")]
    [InlineData("/nowhere", "the file that SSL_CERT_FILE names cannot be read, is damaged or holds no certificate in PEM")]
    public void Without_roots_nobody_is_trusted(string? file, string reason) =>
        Assert.Equal(reason, Assert.Throws<TransportException>(() => Read(file, null, "/nowhere")).Message);

    [Fact]
    public void Of_many_roots_only_the_one_that_a_chain_names_is_handed_to_OpenSSL()
    {
        WriteFullBundle();
        BundleTrust trust = new(_file, "a test's bundle");

        Assert.Null(Refusal(trust, _root.Issue(["localhost"])));

        Assert.InRange(trust.Context.Roots.Count, 20, 1000);
        Assert.Equal(1, trust.Context.Roots.CountAdded);
    }

    [Fact]
    public void A_root_whose_name_is_written_in_another_way_is_found_too()
    {
        // OpenSSL compares names without their case (RFC 5280, section 7.1).
        using CertificateAuthority other = CertificateAuthority.NewRoot("TEST ROOT");
        File.WriteAllText(_file, other.Certificate.ExportCertificatePem());
        BundleTrust trust = new(_file, "a test's bundle");

        Assert.NotNull(Refusal(trust, _root.Issue(["localhost"])));
        Assert.Equal(1, trust.Context.Roots.CountAdded);
    }

    [Fact]
    public void A_folder_of_roots_is_asked_for_the_one_that_a_chain_names()
    {
        string pem = Path.Combine(_folder, "root.pem");
        File.WriteAllText(pem, _root.Certificate.ExportCertificatePem());
        File.Move(pem, Path.Combine(_folder, $"{SubjectHash(_root.Certificate):x8}.0"));
        FolderTrust trust = new(_folder);
        using CertificateAuthority other = CertificateAuthority.NewRoot("Other Root");

        Assert.Null(Refusal(trust, _root.Issue(["localhost"])));
        Assert.NotNull(Refusal(trust, other.Issue(["localhost"])));
    }

    [Fact]
    public void Many_connections_may_shake_hands_at_once_over_one_context()
    {
        WriteFullBundle();
        BundleTrust trust = new(_file, "a test's bundle");
        using CertificateAuthority intermediate = _root.NewIntermediate();
        X509Certificate2 certificate = intermediate.Issue(["localhost"]);

        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ => Assert.Null(Refusal(trust, certificate, intermediate.Certificate)));

        Assert.Equal(1, trust.Context.Roots.CountAdded);
    }

    [Fact]
    public void A_file_cut_or_changed_anywhere_trusts_fewer_or_nobody_and_does_no_harm()
    {
        byte[] pem = System.Text.Encoding.ASCII.GetBytes(
            _root.Certificate.ExportCertificatePem() + "\n" + System.Text.Encoding.ASCII.GetString(AmazonRoots.Pem));
        Random random = new(20261125);
        for (int i = 0; i < 3_000; i++)
        {
            byte[] mutated = pem[..random.Next(pem.Length + 1)];
            if (mutated.Length > 0 && i % 2 == 0)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            Assert.InRange(TrustedRoots.Read(mutated).Count, 0, 6);
        }
    }

    private static TrustedRoots Read(string? file, string? folder, params string[] files)
    {
        void* context = LibSsl.NewContext(OpenSsl.Library, null, LibSsl.ClientMethod());
        try
        {
            return SystemTrust.ReadRoots(context, file, folder, files);
        }
        finally
        {
            LibSsl.FreeContext(context);
        }
    }

    private static string? Refusal(Trust trust, X509Certificate2 certificate, params X509Certificate2Collection intermediates)
    {
        Deadline deadline = Deadline.After(TimeSpan.FromMinutes(1));
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(certificate, intermediates), static connection => connection.Send("x")));
        try
        {
            using TlsConnection connection = TlsConnection.Connect(trust.Context, Server with { Port = server.Port }, deadline);
            Assert.Equal(1, connection.Read(new byte[2], deadline));
            return null;
        }
        catch (TransportException refused)
        {
            return refused.Message;
        }
    }

    private static uint SubjectHash(X509Certificate2 certificate)
    {
        fixed (byte* der = certificate.RawData)
        {
            byte* from = der;
            void* handle = LibCrypto.ReadCertificate(null, &from, certificate.RawData.Length);
            uint hash = (uint)SubjectHashOf(handle);
            LibCrypto.FreeCertificate(handle);
            return hash;
        }
    }

    [System.Runtime.InteropServices.DllImport("libcrypto.so.3", EntryPoint = "X509_subject_name_hash")]
    private static extern nuint SubjectHashOf(void* certificate);

    private void WriteFullBundle() =>
        File.WriteAllText(_file, File.ReadAllText("/etc/ssl/certs/ca-certificates.crt") + _root.Certificate.ExportCertificatePem());

    private sealed class FolderTrust(string folder) : Trust
    {
        internal override TrustedRoots ReadRoots(void* context) => SystemTrust.ReadRoots(context, null, folder, []);
    }
}
