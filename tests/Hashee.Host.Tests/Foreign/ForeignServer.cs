using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using Hashee.Emulator;
using Hashee.Host.Transport;

namespace Hashee.Host.Tests.Foreign;

/// <summary>A server that is not of this project, as a process of its own with a folder and a certificate for localhost.</summary>
internal sealed class ForeignServer : IDisposable
{
    private readonly CertificateAuthority _root = CertificateAuthority.NewRoot();
    private readonly Process _process;

    /// <param name="program">The program; <see cref="Find"/> knows where it is.</param>
    /// <param name="arguments">What it is called with, once its folder is prepared.</param>
    /// <param name="isReady">Whether it takes connections, by a line of its output or of its errors.</param>
    internal ForeignServer(string program, Func<ForeignServer, string[]> arguments, Func<string, bool> isReady)
    {
        using X509Certificate2 certificate = _root.Issue(["localhost"]);
        File.WriteAllText(PathOf("root.pem"), _root.Certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("certificate.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("key.pem"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        for (int tries = 1; ; tries++)
        {
            try
            {
                _process = Start(program, arguments(this), isReady);
                return;
            }
            catch (InvalidOperationException taken) when (tries < 10 && taken.Message.Contains("in use", StringComparison.OrdinalIgnoreCase))
            {
                // A port that was free a moment ago may be somebody else's by now: tests run at the same time.
                (PlainPort, TlsPort) = (FreePort(), FreePort());
            }
        }
    }

    internal string Folder { get; } = Directory.CreateTempSubdirectory("foreign").FullName;

    internal int PlainPort { get; private set; } = FreePort();

    internal int TlsPort { get; private set; } = FreePort();

    internal string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>A transport to it, plain or over TLS.</summary>
    internal HttpTransport Connect(bool isTls) => new(
        isTls ? new Origin(true, "localhost", TlsPort) : new Origin(false, "127.0.0.1", PlainPort), new BundleTrust(PathOf("root.pem"), "a test's bundle"));

    /// <summary>Looks for a program in what ./build.sh test has unpacked, and then where programs are.</summary>
    internal static string Find(string name, string unpacked)
    {
        string root = typeof(ForeignServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static attribute => attribute.Key == "RepositoryRoot").Value!;
        string[] folders = [Path.Combine(root, unpacked), .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin"];
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{name} is missing: ./build.sh test brings it.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _root.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <exception cref="InvalidOperationException">It ended at once; the message is what it said.</exception>
    private static Process Start(string program, string[] arguments, Func<string, bool> isReady)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        TaskCompletionSource ready = new();
        List<string> said = [];
        Process process = new() { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Task ended = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (Task.WaitAny([ready.Task, ended], TimeSpan.FromMinutes(1)) == 0)
        {
            return process;
        }

        using (process)
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            process.WaitForExit();
            lock (said)
            {
                throw new InvalidOperationException($"{program} ended: {string.Join('\n', said)}");
            }
        }

        void Hear(string? line)
        {
            if (line is not null)
            {
                lock (said)
                {
                    said.Add(line);
                }

                if (isReady(line))
                {
                    ready.TrySetResult();
                }
            }
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
