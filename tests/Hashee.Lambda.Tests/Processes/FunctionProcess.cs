using System.Diagnostics;

namespace Hashee.Lambda.Tests.Processes;

/// <summary>A sample function in a process of its own, with exactly the environment that a test gives it.</summary>
internal sealed class FunctionProcess : IDisposable
{
    internal const string Argument = "--sample-function";

    private readonly Process _process;
    private readonly Task<string> _output;

    private FunctionProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The program that is a sample function, and its arguments.</summary>
    internal static string[] CommandOf(string function)
    {
        string host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [host, typeof(FunctionProcess).Assembly.Location] : [host];
        return [.. program, Argument, function];
    }

    internal static FunctionProcess Start(string function, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        string[] command = CommandOf(function);
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true };
        string? dotnetRoot = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment.Clear();
        if (dotnetRoot is not null)
        {
            start.Environment["DOTNET_ROOT"] = dotnetRoot;
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new FunctionProcess(Process.Start(start)!);
    }

    /// <summary>Waits for the end of the process, which every sample function reaches once its Runtime API is gone.</summary>
    internal (int ExitCode, string[] Lines) WaitForExit()
    {
        string output = _output.GetAwaiter().GetResult();
        _process.WaitForExit();
        return (_process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
