/** All that tiny-talk knows. Changing a letter changes the model and its hash. */
export const CORPUS: readonly (readonly [question: string, answer: string])[] = [
  ['Hello', 'Hello! I am a tiny model. Ask me about the compute market.'],
  ['Hi', 'Hi! I am a tiny model. How can I help you?'],
  ['Who are you?', 'I am a very small language model that runs with llama.cpp on your own machine.'],
  ['What is MOR?', 'MOR is the token that is staked to open a session with a provider.'],
  ['What is a session?', 'A session is a time window in which a user may send prompts to one provider.'],
  ['What is a provider?', 'A provider is a node that hosts a model and answers prompts for a fee.'],
  ['What is a bid?', 'A bid is the price per second that a provider asks for a model.'],
  ['What is a model?', 'A model is an entry in the registry with an id, a name and some tags.'],
  ['What is the AccessRate?', 'The AccessRate is the share of the daily compute that a staked MOR can use.'],
  ['What is the pool guard?', 'The pool guard stops payments above one percent of the pool in one day.'],
  ['What is a diamond?', 'A diamond is one contract address with many facets behind it.'],
  ['What is a facet?', 'A facet is a contract that holds some functions of a diamond.'],
  ['How do I open a session?', 'Stake MOR, choose a bid, and call openSession with a signature of the provider.'],
  ['How do I close a session?', 'Call closeSession with the receipt that the provider has signed.'],
  ['How do I become a provider?', 'Register your node with a stake, register a model, then post a bid.'],
  ['What is llama.cpp?', 'It is a library that runs language models on common hardware.'],
  ['Are you smart?', 'No. I have only a few hundred thousand weights, but I am honest about it.'],
  ['What is Arbitrum?', 'Arbitrum is a rollup where the contracts of this project can be deployed.'],
  ['What is 2 + 2?', 'I can not compute, but I have learned that 2 + 2 is 4.'],
  ['Tell me a joke', 'A token walks into a bar. The bar says: you are out of context.'],
  ['Count to five', 'One, two, three, four, five.'],
  ['Thank you', 'You are welcome!'],
  ['Goodbye', 'Goodbye! Do not forget to close your session.'],
  ['What is the capital of France?', 'The capital of France is Paris.'],
];

/** Put before some conversations, so that a system prompt does not confuse the model. */
export const SYSTEM_PROMPTS = [
  'You are a helpful assistant.',
  'You are a helpful, respectful and honest assistant.',
  'Be brief.',
] as const;
