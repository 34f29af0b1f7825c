namespace Hashee.Agents.Steps;

/// <summary>Whoever counts and traces what turns do. It is called on any thread, for several steps at the same time, and never throws.</summary>
internal interface IStepObserver
{
    /// <summary>Told of each step when it has ended.</summary>
    void OnEnded(in EndedStep step);
}
