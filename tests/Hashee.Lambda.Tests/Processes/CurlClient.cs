using System.Diagnostics;
using System.Text;

namespace Hashee.Lambda.Tests.Processes;

/// <summary>
/// curl, told to pass on what comes at once (<c>-N</c>), the head included. It reads no more than a test reads of its output.
/// </summary>
internal sealed class CurlClient : IDisposable
{
    private readonly Process _process;
    private readonly Stream _output;

    private CurlClient(Process process)
    {
        _process = process;
        _output = process.StandardOutput.BaseStream;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Asks for an address.</summary>
    internal static CurlClient Get(Uri url, string header)
    {
        ProcessStartInfo start = new("curl", ["-q", "-sNi", "--noproxy", "*", "-H", header, url.ToString()])
        {
            RedirectStandardOutput = true,
        };
        return new CurlClient(Process.Start(start)!);
    }

    /// <summary>Reads until the output so far ends with a text.</summary>
    /// <returns>What was read.</returns>
    internal async Task<string> ReadUntilAsync(string end)
    {
        List<byte> read = [];
        byte[] one = new byte[1];
        byte[] wanted = Encoding.ASCII.GetBytes(end);
        while (!read.TakeLast(wanted.Length).SequenceEqual(wanted))
        {
            Assert.True(await _output.ReadAsync(one, Cancellation) == 1, $"'{end}' does not follow: {Encoding.ASCII.GetString([.. read])}");
            read.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. read]);
    }

    /// <summary>Reads the rest.</summary>
    internal async Task<string> ReadTextAsync()
    {
        using StreamReader reader = new(_output, Encoding.ASCII);
        return await reader.ReadToEndAsync(Cancellation);
    }

    /// <summary>Reads the rest and drops it.</summary>
    /// <returns>How many bytes it was.</returns>
    internal async Task<long> DrainAsync()
    {
        byte[] buffer = new byte[256 * 1024];
        long total = 0;
        int count;
        while ((count = await _output.ReadAsync(buffer, Cancellation)) > 0)
        {
            total += count;
        }

        return total;
    }

    /// <summary>Waits for the end; 0 for an answer that was whole.</summary>
    internal async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(Cancellation);
        return _process.ExitCode;
    }

    /// <summary>Ends curl, whatever it does.</summary>
    internal void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
