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

        MeasuredProgram program = Assert.Single(ProgramCatalog.Find(_artifacts).Present);

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
    public void Every_program_is_either_there_or_missing()
    {
        Write("host/webhook/bootstrap");

        ProgramCatalog catalog = ProgramCatalog.Find(_artifacts);

        Assert.Equal(
            ["bare-aot", "c", "go", "http-client", "http-client-jit", "node", "runtime-support", "webhook", "worker"],
            catalog.Names.Order(StringComparer.Ordinal));
        Assert.Single(catalog.Present);
    }

    private string Missing(string name) => ProgramCatalog.Find(_artifacts).Missing.Single(program => program.Name == name).Reason;

    private void Write(string path, string content = "")
    {
        string full = Path.Combine(_artifacts, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
