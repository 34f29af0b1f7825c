using Spectre.Console;

namespace Hashee.Benchmarks.ColdStart;

/// <summary>A bar on one line of the terminal, drawn anew between two runs; without a terminal one line per round.</summary>
/// <param name="console">Where to.</param>
internal sealed class TerminalProgress(IAnsiConsole console) : IProgress
{
    private const int BarWidth = 40;

    private readonly bool _isTerminal = console.Profile.Capabilities.Interactive && console.Profile.Capabilities.Ansi;
    private string? _round;
    private int _steps;
    private int _done;

    public void Say(string line)
    {
        Clear();
        console.Profile.Out.Writer.WriteLine(line);
    }

    public void Begin(int steps)
    {
        _steps = steps;
        _done = 0;
    }

    public void Step(string round, string what)
    {
        if (_isTerminal)
        {
            int filled = BarWidth * _done / _steps;
            console.Profile.Out.Writer.Write($"\r\e[2K{new string('█', filled)}{new string('░', BarWidth - filled)} {round}, {what}");
            console.Profile.Out.Writer.Flush();
        }
        else if (round != _round)
        {
            console.WriteLine(round);
        }

        _round = round;
        _done++;
    }

    public void End() => Clear();

    private void Clear()
    {
        if (_isTerminal)
        {
            console.Profile.Out.Writer.Write("\r\e[2K");
        }
    }
}
