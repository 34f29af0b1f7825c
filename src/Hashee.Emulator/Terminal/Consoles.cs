using Spectre.Console;

namespace Hashee.Emulator.Terminal;

/// <summary>Where to write, as Spectre consoles.</summary>
internal static class Consoles
{
    private const int WidthWithoutTerminal = 80;

    /// <summary>Standard output: colours on a terminal, plain text of 80 columns elsewhere.</summary>
    public static IAnsiConsole Output { get; } = Console.IsOutputRedirected ? CreatePlain(Console.Out) : AnsiConsole.Console;

    /// <summary>A console that writes text and nothing else.</summary>
    public static IAnsiConsole CreatePlain(TextWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
