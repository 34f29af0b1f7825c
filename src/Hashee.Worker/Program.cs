using Hashee.Agents;
using Hashee.Lambda;
using Hashee.Worker;

// Your agent goes here: any class that implements IAgent.
return LambdaRuntime.Run(static () => WorkerFunction.Start(new EchoAgent()));
