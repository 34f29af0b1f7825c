using Hashee.Benchmarks.ColdStart;

namespace Hashee.Benchmarks.Tests;

/// <summary>The script that builds the peers, with tools that say what a test wants.</summary>
public sealed class PeerBuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public PeerBuildTests()
    {
        string peers = Path.Combine(_folder, "benchmarks", "peers");
        Directory.CreateDirectory(Path.Combine(peers, "aws-sdk"));
        string source = Repository.FindRoot();
        foreach (string file in (string[])["benchmarks/peers/build.sh", "benchmarks/peers/Directory.Packages.props", "Directory.Packages.props", "global.json"])
        {
            File.Copy(Path.Combine(source, file), Path.Combine(_folder, file));
        }

        File.WriteAllText(Path.Combine(peers, "aws-sdk", "Program.cs"), "");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_error_of_a_restore_is_named_once()
    {
        Dotnet("""
            cat <<'TEXT'
            /r/A.csproj : error NU1603: Warning As Error: A 1.0.0 depends on B (>= 4.0.0) but B 4.0.0 was not found. B 4.1.0 was resolved instead. [/r/x.sln]
            /r/A.csproj : error NU1603: Warning As Error: A 1.0.0 depends on B (>= 4.0.0) but B 4.0.0 was not found. B 4.1.0 was resolved instead.
            /r/A.csproj : error NU1605: Detected package downgrade: C from 2.0 to 1.0.
            /r/A.csproj : error NU1101: Unable to find package D.E. No packages exist with this id in source(s): feed
            /r/A.csproj : error NU1102: Unable to find package F with version (>= 9)
            TEXT
            exit 1
            """);

        Assert.Equal(
            "the package feed lacks D.E F: with one that has them ./build.sh cold-start builds and measures this peer; "
                + "NU1603: A 1.0.0 depends on B (>= 4.0.0) but B 4.0.0 was not found. B 4.1.0 was resolved instead.; "
                + "NU1605: Detected package downgrade: C from 2.0 to 1.0.",
            Missing("aws-sdk"));
    }

    [Fact]
    public void What_is_no_restore_error_is_shown_as_the_tool_said_it()
    {
        Dotnet("echo it broke; exit 1");

        Assert.Equal("its build failed", Missing("aws-sdk"));
        Assert.Contains("it broke", File.ReadAllText(Path.Combine(_folder, "output")), StringComparison.Ordinal);
    }

    [Fact]
    public void Tools_are_asked_to_say_what_is_read_here_in_english()
    {
        Dotnet("""echo "$LC_ALL $DOTNET_CLI_UI_LANGUAGE"; exit 1""");

        Missing("aws-sdk");

        Assert.Contains("C en\n", File.ReadAllText(Path.Combine(_folder, "output")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_nobody_knows_is_named()
    {
        Dotnet("exit 1");

        Assert.Equal(2, Build("gopher"));
        Assert.Equal("peers: there is no peer 'gopher'\n", File.ReadAllText(Path.Combine(_folder, "output")));
    }

    private string Missing(string peer)
    {
        Assert.Equal(0, Build(peer));
        return File.ReadAllText(Path.Combine(_folder, "artifacts", "peers", $"{peer}.missing")).Trim();
    }

    private void Dotnet(string script)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName, "dotnet");
        File.WriteAllText(path, $"#!/bin/sh\n[ \"$1\" = --version ] && echo 10.0.100 && exit\n{script}\n");
        Assert.NotNull(Repository.Ask("/", "chmod", "0755", path));
    }

    private int Build(string peer)
    {
        string script = Path.Combine(_folder, "benchmarks", "peers", "build.sh");
        string output = Path.Combine(_folder, "output");
        string path = $"{Path.Combine(_folder, "bin")}:/usr/bin:/bin";
        string? result = Repository.Ask("/", "sh", "-c", "PATH=$1 bash \"$2\" \"$3\" >\"$4\" 2>&1; echo $?", "sh", path, script, peer, output);
        return int.Parse(result!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
