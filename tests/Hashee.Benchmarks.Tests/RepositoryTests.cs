using Hashee.Benchmarks.ColdStart;

namespace Hashee.Benchmarks.Tests;

public sealed class RepositoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Changed_files_are_said_beside_the_commit_and_published_results_are_no_change()
    {
        Git("init", "--quiet");
        Write("a.txt");
        Git("add", ".");
        Git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--message", "x");
        string committed = Repository.Commit(_folder);

        Write("benchmarks/results/X/cold-start.md");
        string published = Repository.Commit(_folder);
        Write("b.txt");
        string changed = Repository.Commit(_folder);

        Assert.Matches("^commit [0-9a-f]{10}$", committed);
        Assert.Equal(committed, published);
        Assert.Equal($"{committed} with changes", changed);
    }

    [Fact]
    public void Outside_a_checkout_there_is_no_commit() => Assert.Equal("no commit", Repository.Commit(_folder));

    [Fact]
    public void A_tool_that_is_not_there_or_fails_gives_nothing()
    {
        Assert.Null(Repository.Ask(_folder, "no-such-tool"));
        Assert.Null(Repository.Ask(_folder, "false"));
        Assert.Equal("", Repository.Ask(_folder, "true"));
        Assert.Equal("one", Repository.Ask(_folder, "printf", "one\ntwo"));
    }

    private void Git(params string[] arguments) => Assert.NotNull(Repository.Ask(_folder, ["git", .. arguments]));

    private void Write(string path)
    {
        string full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "");
    }
}
