using Hashee.Emulator.Terminal;

namespace Hashee.Emulator.Tests.Terminal;

public sealed class WorkerVariablesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("worker-variables-");
    private readonly List<string> _notes = [];

    [Fact]
    public void What_is_assigned_wins_over_every_file_and_a_later_one_over_an_earlier_one() =>
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["HASHEE_LOG_AGENT_ERRORS"] = "full",
                ["A"] = "first file",
                ["B"] = "second file",
                ["C"] = "last=word",
            },
            Read([File("A=first file\nB=first file\nC=first file"), File("B=second file")], ["C=first word", "C=last=word"]));

    [Fact]
    public void The_messages_of_an_agents_exceptions_can_be_kept_out_of_the_log() =>
        Assert.Equal("stack", Read([], ["HASHEE_LOG_AGENT_ERRORS=stack"])["HASHEE_LOG_AGENT_ERRORS"]);

    [Fact]
    public void How_long_the_worker_tries_is_passed_on() =>
        Assert.Equal(("2", "60"), (Read([], ["JOBS_TRIES=2", "JOBS_PATIENCE=60"]) is var read ? (read["JOBS_TRIES"], read["JOBS_PATIENCE"]) : default));

    [Fact]
    public void A_name_alone_has_the_value_that_it_has_in_this_process() =>
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), Read([], ["PATH"])["PATH"]);

    [Fact]
    public void A_shell_that_names_a_model_gives_the_worker_what_belongs_to_it_unless_something_else_is_said()
    {
        Dictionary<string, string?> read = Read(
            [File("OPENAI_BASE_URL=https://file.example/v1")],
            ["HASHEE_SYSTEM_PROMPT=Be brief."],
            ("HASHEE_MODEL", "openai:gpt-5"),
            ("OPENAI_API_KEY", "key"),
            ("OPENAI_BASE_URL", "https://shell.example/v1"),
            ("HASHEE_SYSTEM_PROMPT", "Be long."),
            ("HASHEE_AGENT_TOKEN", "token"),
            ("SOMETHING_ELSE", "x"));

        Assert.Equal(
            [
                ("HASHEE_LOG_AGENT_ERRORS", "full"), ("HASHEE_MODEL", "openai:gpt-5"), ("HASHEE_SYSTEM_PROMPT", "Be brief."), ("OPENAI_API_KEY", "key"),
                ("OPENAI_BASE_URL", "https://file.example/v1"),
            ],
            read.Select(static variable => (variable.Key, variable.Value!)).Order());
        Assert.Equal("openai:gpt-5", WorkerVariables.Describe(read));
    }

    [Fact]
    public void A_key_alone_is_nobodys()
    {
        Dictionary<string, string?> read = Read([], [], ("OPENAI_API_KEY", "key"), ("HASHEE_MODEL", ""));

        Assert.Equal(["HASHEE_LOG_AGENT_ERRORS"], read.Keys);
        Assert.StartsWith("echo; ", WorkerVariables.Describe(read), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_local_world_sets_itself_is_left_out_of_a_file_and_said_so()
    {
        string file = File("AWS_REGION=eu-west-1\nOPENAI_API_KEY=key\nHASHEE_AGENT_TOKEN=token\nAWS_REGION=eu-west-2");

        Assert.Equal(["HASHEE_LOG_AGENT_ERRORS", "OPENAI_API_KEY"], Read([file], []).Keys);
        Assert.Equal($"{file}: the local world has its own AWS_REGION, HASHEE_AGENT_TOKEN", Assert.Single(_notes));
    }

    [Theory]
    [InlineData("HASHEE_AGENT_TOKEN=secret", "--env HASHEE_AGENT_TOKEN: the local world sets it itself")]
    [InlineData("AWS_REGION=secret", "--env AWS_REGION: the local world sets it itself")]
    [InlineData("=secret", "--env takes NAME=VALUE, or NAME for the value it has in this shell")]
    [InlineData("A-B=secret", "--env takes NAME=VALUE, or NAME for the value it has in this shell")]
    [InlineData("NO_SUCH_VARIABLE_HERE", "--env NO_SUCH_VARIABLE_HERE: it has no value in this shell")]
    public void An_assignment_that_cannot_be_is_refused_without_its_value(string assignment, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Read([], [assignment])).Message);

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        FormatException refusal = Assert.Throws<FormatException>(() => Read(["/nowhere/.env"], []));

        Assert.Contains("/nowhere/.env", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Dictionary<string, string?> Read(IEnumerable<string> files, IEnumerable<string> assignments, params (string Name, string Value)[] shell) =>
        WorkerVariables.Read(
            files,
            assignments,
            _notes.Add,
            name => name == "PATH" ? Environment.GetEnvironmentVariable(name) : shell.FirstOrDefault(variable => variable.Name == name).Value);

    private string File(string text)
    {
        string path = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
