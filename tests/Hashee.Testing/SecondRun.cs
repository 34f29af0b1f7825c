using System.Diagnostics;
using Hashee.Host.Native;

namespace Hashee.Testing;

/// <summary>Runs tests of this assembly once more, in a process of their own, with OpenSSL's own provider in place of the lean one.</summary>
internal static class SecondRun
{
    /// <param name="classes">Names of test classes; an asterisk stands for any text.</param>
    internal static async Task WithDefaultProviderAsync(params string[] classes)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        foreach (string name in classes)
        {
            start.ArgumentList.Add("--filter-class");
            start.ArgumentList.Add(name);
        }

        start.ArgumentList.Add("--no-progress");
        start.Environment[OpenSsl.Variable] = OpenSsl.Default;
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancelled);
        string output = await process.StandardOutput.ReadToEndAsync(cancelled);
        await process.WaitForExitAsync(cancelled);

        // With no test at all the exit code is 8.
        Assert.True(process.ExitCode == 0, output + await errors);
    }
}
