using System.ComponentModel;
using System.Diagnostics;

namespace Hashee.Repository.Tests;

/// <summary>Runs programs in the root of the repository.</summary>
internal static class CommandLine
{
    /// <summary>Returns the exit code and everything the program wrote; null when it is not installed.</summary>
    public static async Task<(int ExitCode, string Output)?> TryRunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = Repository.PathOf(""),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, output + await errors);
        }
        catch (Win32Exception e) when (e.NativeErrorCode == 2) // no such file
        {
            return null;
        }
    }
}
