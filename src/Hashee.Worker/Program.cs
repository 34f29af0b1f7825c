using Hashee.Agents;
using Hashee.Worker;

// Your agent goes here: tools for the model agent, or any class that implements IAgent. Its settings are the function's variables: settings.Require("NAME").
return WorkerFunction.Run(static settings => ModelAgent.Create(settings));
