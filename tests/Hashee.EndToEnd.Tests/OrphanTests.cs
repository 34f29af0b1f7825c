using System.Diagnostics;
using System.Net;

namespace Hashee.EndToEnd.Tests;

/// <summary>The functions do not outlive the service that runs them.</summary>
public class OrphanTests
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_function_ends_when_the_emulator_was_killed()
    {
        // What the emulator leaves behind when it is killed: a certificate authority and credentials.
        DirectoryInfo leftovers = Directory.CreateTempSubdirectory("hashee-orphan-");
        using Process emulator = Start(leftovers.FullName);
        List<ObservedProcess> functions = [];
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(LongestWait);
            using HttpClient client = new() { BaseAddress = await ReadFunctionUrlAsync(emulator, patience.Token) };
            using HttpResponseMessage health = await client.GetAsync(new Uri("/health", UriKind.Relative), patience.Token);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            functions = ObservedProcess.ChildrenOf(emulator.Id);
            ObservedProcess webhook = Assert.Single(functions);
            Assert.False(webhook.WaitForExit(TimeSpan.Zero));

            emulator.Kill();

            Assert.True(await Task.Run(() => webhook.WaitForExit(LongestWait), patience.Token), "The webhook still runs.");
        }
        finally
        {
            emulator.Kill(entireProcessTree: true);
            functions.ForEach(static function => function.Dispose());
            await emulator.WaitForExitAsync(CancellationToken.None);
            leftovers.Delete(recursive: true);
        }
    }

    private static Process Start(string temporaryFolder)
    {
        ProcessStartInfo start = new(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Hashee.Emulator.dll"), "serve", "--webhook", Bootstraps.Webhook, "--worker", Bootstraps.Worker])
        {
            RedirectStandardOutput = true,
            Environment = { ["TMPDIR"] = temporaryFolder },
        };
        return Process.Start(start)!;
    }

    private static async Task<Uri> ReadFunctionUrlAsync(Process emulator, CancellationToken cancellationToken)
    {
        const string label = "Function URL";
        while (await emulator.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(label, StringComparison.Ordinal))
            {
                return new Uri(line[label.Length..].Trim());
            }
        }

        throw new EndOfStreamException("The emulator ended before it said where it listens.");
    }
}
