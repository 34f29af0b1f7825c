namespace Hashee.Benchmarks.ColdStart;

/// <summary>Shows how far a measurement is. It does its work within the call: nothing of it runs while a program is measured.</summary>
internal interface IProgress
{
    /// <summary>Says a line.</summary>
    void Say(string line);

    /// <summary>So many steps are to come.</summary>
    void Begin(int steps);

    /// <summary>The next step begins.</summary>
    /// <param name="round">The round it belongs to.</param>
    /// <param name="what">What it is.</param>
    void Step(string round, string what);

    /// <summary>The last step is done.</summary>
    void End();
}
