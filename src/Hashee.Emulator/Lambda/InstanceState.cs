namespace Hashee.Emulator.Lambda;

/// <summary>An instance as seen from outside, at one moment.</summary>
/// <param name="InstanceId">32 hex digits.</param>
/// <param name="ProcessId">Of the bootstrap.</param>
/// <param name="IsBusy">It is starting, or has an event that it has not answered.</param>
internal readonly record struct InstanceState(string InstanceId, int ProcessId, bool IsBusy);
