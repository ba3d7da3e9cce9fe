/** The link's page: copying it, and handing it to whatever the device shares with. */
import { offerSharing, serveLinkButtons } from "./link-buttons.ts";

serveLinkButtons(document);
document.addEventListener("renewed", () => offerSharing(document));
