using Hashee.Agents;
using Hashee.Worker;

// Your agent goes here: any class that implements IAgent. Its settings come from the function's variables: settings.Require("NAME").
return WorkerFunction.Run(static settings => new EchoAgent());
