'use strict';
// Asks a model through the official clients: a JSON object in each line of the input, {provider, origin, key, stream, model, maxTokens, system, text, tools,
// results}, answered by one line: what the answer holds, or {error}. With results, the client runs the tools by itself: {tool's name: its result}.
const OpenAI = require('openai');
const Anthropic = require('@anthropic-ai/sdk');
const readline = require('readline');

const providers = {
  async openai({ origin, key, stream, model, maxTokens, system, text, tools, results }) {
    const completions = new OpenAI({ baseURL: `${origin}v1`, apiKey: key, maxRetries: 0 }).chat.completions;
    const request = { model, messages: [{ role: 'system', content: system }, { role: 'user', content: text }], max_completion_tokens: maxTokens };
    if (tools) request.tools = tools.map(tool => ({ type: 'function', function: { ...tool } }));
    if (stream) request.stream_options = { include_usage: true };
    if (results) {
      for (const tool of request.tools) Object.assign(tool.function, { parse: JSON.parse, function: () => results[tool.function.name] });
      return completions.runTools({ ...request, ...(stream ? { stream } : {}) }).finalChatCompletion().then(show);
    }
    return show(await (stream ? completions.stream(request).finalChatCompletion() : completions.create(request)));

    function show({ choices: [{ message, finish_reason }], usage }) {
      return {
        text: message.content ?? '',
        calls: (message.tool_calls ?? []).map(call => ({ id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) })),
        reason: finish_reason,
        input: usage?.prompt_tokens ?? null,
        output: usage?.completion_tokens ?? null,
      };
    }
  },

  async anthropic({ origin, key, stream, model, maxTokens, system, text, tools, results }) {
    const client = new Anthropic({ baseURL: origin.replace(/\/$/, ''), apiKey: key, maxRetries: 0 });
    const request = { model, max_tokens: maxTokens, system, messages: [{ role: 'user', content: text }] };
    if (tools) request.tools = tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters }));
    const ask = () => stream ? client.messages.stream(request).finalMessage() : client.messages.create(request);
    let message = await ask();
    // Its own runner of tools leaves the history to the server; this is what its documentation shows for those who keep it.
    while (results && message.stop_reason === 'tool_use') {
      const calls = message.content.filter(block => block.type === 'tool_use');
      const content = calls.map(({ id, name }) => ({ type: 'tool_result', tool_use_id: id, content: results[name] }));
      request.messages.push({ role: 'assistant', content: message.content }, { role: 'user', content });
      message = await ask();
    }
    return show(message);

    function show({ content, stop_reason, usage }) {
      const reasons = { end_turn: 'stop', stop_sequence: 'stop', tool_use: 'tool_calls', max_tokens: 'length', refusal: 'content_filter' };
      return {
        text: content.filter(block => block.type === 'text').map(block => block.text).join(''),
        calls: content.filter(block => block.type === 'tool_use').map(({ id, name, input }) => ({ id, name, arguments: input })),
        reason: reasons[stop_reason],
        input: usage.input_tokens,
        output: usage.output_tokens,
      };
    }
  },
};

readline.createInterface({ input: process.stdin }).on('line', async line => {
  const request = JSON.parse(line);
  try {
    console.log(JSON.stringify(await providers[request.provider](request)));
  } catch (error) {
    console.log(JSON.stringify({ error: `${error.status ?? error.constructor.name}: ${error.message}` }));
  }
});
console.log('ready');
