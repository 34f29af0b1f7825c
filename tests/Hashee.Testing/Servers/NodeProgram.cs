using System.Diagnostics;
using System.Globalization;

namespace Hashee.Testing.Servers;

/// <summary>
/// A program of <c>tests/node</c> on what <c>build.sh</c> has installed from npm. It ends with its input, so also with this process.
/// </summary>
internal sealed class NodeProgram : IDisposable
{
    private readonly Process _process;

    /// <param name="script">The name in <c>tests/node</c>, without its extension.</param>
    internal NodeProgram(string script)
    {
        string root = FindRoot();
        string modules = Path.Combine(root, "artifacts", "node", "node_modules");
        Assert.True(Directory.Exists(modules), "Servers and judges from npm are missing: ./build.sh test installs them.");
        ProcessStartInfo start = new("node", [Path.Combine(root, "tests", "node", $"{script}.js")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["NODE_PATH"] = modules;
        _process = Process.Start(start)!;
        FirstLine = ReadLine();
    }

    /// <summary>What it says when it is ready.</summary>
    internal string FirstLine { get; }

    /// <summary>The port of a server.</summary>
    internal int Port => int.Parse(FirstLine, CultureInfo.InvariantCulture);

    /// <summary>Asks for one line.</summary>
    internal string Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        return ReadLine();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "build.sh")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    private string ReadLine() => _process.StandardOutput.ReadLine() ??
        throw new InvalidOperationException("A program of tests/node ended: see its error output.");
}
