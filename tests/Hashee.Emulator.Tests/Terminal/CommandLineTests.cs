using Hashee.Emulator.Terminal;

namespace Hashee.Emulator.Tests.Terminal;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    [Theory]
    [InlineData("serv", "./build.sh: there is no command serv; did you mean serve?")]
    [InlineData("chat", "./build.sh: there is no command chat")]
    [InlineData("", "./build.sh: a command is missing: run or serve")]
    [InlineData("run --log hello", "./build.sh run: there is no option --log; did you mean --logs?")]
    [InlineData("run --log", "./build.sh run: there is no option --log; did you mean --logs?")]
    [InlineData("run -x", "./build.sh run: there is no option -x")]
    [InlineData("run --webhok /bin/sh", "./build.sh run: there is no option --webhok")]
    [InlineData("run two words", "./build.sh run: \"words\" is one word too many: a text of several words goes between quotes")]
    [InlineData("serve hello", "./build.sh serve: \"hello\" is one word too many")]
    [InlineData("run --env AWS_REGION=x hello", "./build.sh run: --env AWS_REGION: the local world sets it itself")]
    [InlineData("run --worker /nowhere hello", "./build.sh run: File does not exist: '/nowhere'.")]
    [InlineData("run hello", "./build.sh run: --webhook and --worker name the functions' binaries: ./build.sh compiles them and says where they are")]
    public async Task A_mistake_is_named_in_one_sentence_with_where_to_read_on(string arguments, string message)
    {
        Assert.Equal(2, await InvokeAsync(arguments));

        Assert.Equal($"{message}\n{message.Split(':')[0]} --help says what there is.\n", _errors.ToString());
        Assert.Equal("", _output.ToString());
    }

    [Theory]
    [InlineData("run --check")]
    [InlineData("run --check -- --log")]
    [InlineData("run --check hello --logs --jit")]
    [InlineData("run --check --env A=-b --env PATH @hello")]
    [InlineData("serve --check --env A=1 --logs")]
    public async Task Arguments_can_be_checked_without_doing_anything(string arguments)
    {
        Assert.Equal(0, await InvokeAsync(arguments));

        Assert.Equal(("", ""), (_output.ToString(), _errors.ToString()));
    }

    [Fact]
    public async Task Help_shows_what_a_user_can_say()
    {
        Assert.Equal(0, await InvokeAsync("run --help"));

        string help = _output.ToString();
        Assert.Contains("./build.sh run [<TEXT>] [options]", help, StringComparison.Ordinal);
        Assert.All(["--env <NAME=VALUE>", "--env-file <PATH>", "--jit", "--logs"], option => Assert.Contains(option, help, StringComparison.Ordinal));
        Assert.DoesNotContain("--webhook", help, StringComparison.Ordinal);
        Assert.DoesNotContain("--check", help, StringComparison.Ordinal);
        Assert.DoesNotContain("REQUIRED", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_reply_the_exit_code_says_so()
    {
        string arguments = "run --webhook /bin/false --worker /bin/false hello";

        Assert.Equal(1, await InvokeAsync(arguments));

        Assert.Contains("hashee-webhook could not start: ", _errors.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private Task<int> InvokeAsync(string arguments) => new CommandLine(Consoles.CreatePlain(_output), _errors)
        .InvokeAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
