using System.Security.Cryptography.X509Certificates;
using Hashee.Emulator;

namespace Hashee.Benchmarks.ColdStart;

/// <summary>The root certificates that this machine trusts.</summary>
internal static class SystemRoots
{
    private static readonly string[] Amazon =
        ["Amazon Root CA 1", "Amazon Root CA 2", "Amazon Root CA 3", "Amazon Root CA 4", "Starfield Services Root Certificate Authority - G2"];

    /// <summary>All of them, PEM.</summary>
    /// <exception cref="FileNotFoundException">There is no bundle where distributions keep it.</exception>
    public static string Pem() => LocalRoots.ReadSystem()
        ?? throw new FileNotFoundException("this machine keeps no root certificates where distributions do: install ca-certificates");

    /// <summary>How many certificates there are in a bundle.</summary>
    public static int Count(string pem) => pem.AsSpan().Count("-----BEGIN CERTIFICATE-----");

    /// <summary>Those that AWS's endpoints chain to, PEM.</summary>
    /// <param name="pem">All.</param>
    public static string AmazonPem(string pem)
    {
        X509Certificate2Collection all = [];
        all.ImportFromPem(pem);
        return string.Concat(all
            .Where(static root => Amazon.Contains(root.GetNameInfo(X509NameType.SimpleName, forIssuer: false)))
            .Select(static root => root.ExportCertificatePem() + "\n"));
    }
}
