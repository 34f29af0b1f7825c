using System.Text.RegularExpressions;
using Hashee.Benchmarks.ColdStart;

namespace Hashee.Benchmarks.Tests;

public sealed class ProgramCatalogTests : IDisposable
{
    private readonly string _artifacts = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_artifacts, recursive: true);

    [Fact]
    public void A_program_that_was_built_is_there_with_its_files_and_versions()
    {
        Write("peers/go/bootstrap");
        Write("peers/go/data/table");
        Write("peers/go.versions", "Go 1.19\n");

        MeasuredProgram program = ProgramCatalog.Find(_artifacts).Present[0];

        Assert.Equal(("go", "Go 1.19", TaskKind.Webhook), (program.Name, program.Versions, program.Task));
        Assert.Equal(["bootstrap", "data/table"], program.Files.Select(file => Path.GetRelativePath(program.Folder, file)));
    }

    [Fact]
    public void What_its_build_said_is_why_a_program_is_missing()
    {
        Write("peers/go.missing", "no Go (package golang-go)\n");

        Assert.Equal("no Go (package golang-go)", Missing("go"));
    }

    [Fact]
    public void A_program_that_was_never_built_says_how_to_build_it()
    {
        Assert.Equal("it is not built: run benchmarks/peers/build.sh", Missing("go"));
        Assert.EndsWith("run ./build.sh cold-start", Missing("webhook"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_reads_the_systems_roots_is_there_a_second_time_with_few()
    {
        Write("peers/go/bootstrap");
        Write("peers/go.versions", "Go 1.19\n");

        Assert.Equal(
            [("go", Trust.System), ("go-few-roots", Trust.Few)],
            ProgramCatalog.Find(_artifacts).Present.Select(static program => (program.Name, program.Trust)));
    }

    [Fact]
    public void Every_program_is_either_there_or_missing()
    {
        Write("host/webhook/bootstrap");

        ProgramCatalog catalog = ProgramCatalog.Find(_artifacts);

        Assert.Equal("webhook", Assert.Single(catalog.Present).Name);
        Assert.Equal(
            ProgramCatalog.Names.Where(static name => !name.EndsWith("-few-roots", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            catalog.Missing.Select(static program => program.Name).Append("webhook").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_peers_of_the_catalog_are_those_that_the_script_builds()
    {
        string script = File.ReadAllText(Path.Combine(Repository.FindRoot(), "benchmarks", "peers", "build.sh"));

        Assert.Equal(
            ProgramCatalog.Find(_artifacts).Missing.Select(static program => program.Name).Except(["webhook", "worker"]).Order(StringComparer.Ordinal),
            Regex.Match(script, @"^peers=\((.*)\)$", RegexOptions.Multiline).Groups[1].Value.Split(' ').Order(StringComparer.Ordinal));
    }

    private string Missing(string name) => ProgramCatalog.Find(_artifacts).Missing.Single(program => program.Name == name).Reason;

    private void Write(string path, string content = "")
    {
        string full = Path.Combine(_artifacts, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
