using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hashee.Repository.Tests.Building;

/// <summary>
/// The build scripts in a repository of two small functions, on a machine that has the usual commands of a shell and tools that only write
/// down what they were asked: no compiler, no network, no root.
/// </summary>
internal sealed class ScriptedMachine : IDisposable
{
    private static readonly string[] Commands =
    [
        "awk", "basename", "bash", "cat", "chmod", "cmp", "cp", "cut", "date", "dirname", "env", "find", "grep", "head", "id", "install",
        "ln", "ls", "mkdir", "mktemp", "mv", "realpath", "rm", "sed", "sh", "sha256sum", "sort", "stat", "tail", "tee", "touch", "tr", "uname", "xargs",
    ];

    private readonly string _root = Directory.CreateTempSubdirectory("hashee-build-").FullName;

    public ScriptedMachine()
    {
        IEnumerable<string> shared = Directory.GetFiles(Repository.PathOf("eng")).Select(static path => $"eng/{Path.GetFileName(path)}");
        foreach (string script in shared.Prepend("build.sh"))
        {
            Write(script, Repository.Read(script));
        }

        Write("Directory.Build.props", "<Project />");
        Write("linked/Linked.cs", "class Linked;");
        Write("src/Hashee.Shared/Hashee.Shared.csproj", "<Project />");
        Write("src/Hashee.Shared/Shared.cs", "class Shared;");
        WriteFunction("One");
        WriteFunction("Two", """<Compile Include="../../linked/*.cs" />""");

        foreach (string command in Commands)
        {
            File.CreateSymbolicLink(PathOf($"tools/{command}"), $"/usr/bin/{command}");
        }

        WriteTool("gcc", "echo gcc 12");
        WriteTool("ld", "echo ld 2.40");
        WriteTool("ldd", "echo ldd 2.36");
        WriteTool("readelf", "echo GLIBC_2.34");
        WriteTool("shellcheck", "");
        WriteTool("sudo", "exit 1");
        WriteTool("id", "echo 1000");
        WriteTool("nginx", "");
        WriteTool("node", "");
        WriteTool("curl", "");
        WriteTool("npm", "echo \"$@\" >>\"$tools/../npm.log\"; mkdir -p node_modules; touch node_modules/.package-lock.json");
        Write("tests/node/package.json", "{}");
        Write("tests/node/package-lock.json", "{}");
        WriteTool("zip", "touch \"$4\"");
        WriteTool("dotnet", """
            echo "$@" >>"$tools/../dotnet.log"
            env >"$tools/../dotnet.env"
            [ ! -e "$tools/../dotnet.fails/$1" ] || { cat "$tools/../dotnet.fails/$1" >&2; exit 1; }
            case $1 in
              --version) echo 10.0.100 ;;
              build) cat "$tools/../build.says" 2>/dev/null; printf '\n    0 Warning(s)\n    0 Error(s)\n' ;;
              test) cat "$tools/../summary" ;;
              publish)
                name=$(basename "$2" .csproj)
                while [ $# != 0 ]; do
                  case $1 in -p:RuntimeIdentifier=*) machine=${1#*=} ;; --artifacts-path) made=$2 ;; esac
                  shift
                done
                mkdir -p "$made/publish/$name/release_$machine" "$made/obj/$name/release_$machine/native"
                echo "$name" >"$made/publish/$name/release_$machine/$name"
                touch "$made/publish/$name/release_$machine/$name.dbg" "$made/obj/$name/release_$machine/native/$name.mstat"
                ;;
            esac
            """);
    }

    /// <summary>As the product calls the architecture of the machine that runs this test.</summary>
    public static string Host => RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x64";

    /// <summary>The architecture that it is not.</summary>
    public static string Other => Host == "x64" ? "arm64" : "x64";

    public static string Gnu(string architecture) => architecture == "x64" ? "x86_64-linux-gnu" : "aarch64-linux-gnu";

    /// <summary>What dotnet, or npm, was asked since this was read last, a line for each call.</summary>
    public IReadOnlyList<string> TakeCalls(string program = "dotnet")
    {
        string log = PathOf($"{program}.log");
        string[] calls = File.Exists(log) ? File.ReadAllLines(log) : [];
        File.Delete(log);
        return calls;
    }

    /// <summary>The functions that were compiled since the calls were read last.</summary>
    public IEnumerable<string> TakeCompiled() =>
        [.. TakeCalls().Where(static call => call.StartsWith("publish ", StringComparison.Ordinal)).Select(static call => call.Split(' ')[1])];

    public string PathOf(string relative)
    {
        string path = Path.Combine(_root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    public void Write(string path, string text) => File.WriteAllText(PathOf(path), text + "\n");

    /// <summary>A command that runs these lines; <c>$tools</c> is the folder that it is in.</summary>
    public void WriteTool(string name, string lines)
    {
        string path = PathOf($"tools/{name}");
        File.Delete(path);
        File.WriteAllText(path, $"#!/bin/sh\ntools=${{0%/*}}\n{lines}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void WriteFunction(string name, string items = "") => Write($"src/Hashee.{name}/Hashee.{name}.csproj", $"""
        <Project>
          <ItemGroup>
            <ProjectReference
              Include="../Hashee.Shared/Hashee.Shared.csproj" />
            {items}
          </ItemGroup>
          <Import Project="../../eng/NativeAot.targets" />
        </Project>
        """);

    /// <summary>Has dotnet fail with these words when it is asked for this.</summary>
    public void LetDotnetFail(string command, string words) => Write($"dotnet.fails/{command}", words);

    /// <summary>Puts down what a download of Debian's packages leaves.</summary>
    public void Unpack(string name, string file, params ReadOnlySpan<string> packages)
    {
        Write($"artifacts/userland/{name}/{file}", "");
        Write($"artifacts/userland/{name}.packages", string.Join('\n', packages.ToArray().Select(static package => $"{package}_1.2.3-4_any.deb")));
    }

    /// <summary>Runs build.sh.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> BuildAsync(string arguments = "", params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new("/usr/bin/bash", ["build.sh", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            WorkingDirectory = _root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = PathOf("tools");
        start.Environment["HOME"] = _root;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await errors);
    }

    /// <summary>Builds for this machine, which has to succeed.</summary>
    /// <returns>The projects that were compiled.</returns>
    public async Task<IEnumerable<string>> CompileAsync()
    {
        (int exitCode, string output, string errors) = await BuildAsync($"--arch {Host}");
        Assert.True(exitCode == 0, output + errors);
        return TakeCompiled().Select(Path.GetFileNameWithoutExtension)!;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
